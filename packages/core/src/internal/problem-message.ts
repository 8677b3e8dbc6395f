/**
 * Builds the message for a value that is refused: `<field>: <what is wrong>. Allowed: <what>.` Omit the field for an
 * issue of a schema, whose path contains the field; omit what is allowed for an error that no other value would fix.
 */
export function problemMessage(wrong: string, allowed?: string | undefined, field?: string | undefined): string {
  const sentence = /[.?!]$/.test(wrong) ? wrong : `${wrong}.`;
  const complete = allowed === undefined || allowed === "" ? sentence : `${sentence} Allowed: ${allowed}.`;
  return field === undefined ? complete : `${field}: ${complete}`;
}
