/**
 * The message of a value that is refused: `<field>: <what is wrong>. Allowed: <what>.` Without a field, the message is for a schema's
 * issue, whose field stands in its path; without what is allowed, for a fault that no other value mends.
 */
export function problemMessage(wrong: string, allowed?: string | undefined, field?: string | undefined): string {
  const sentence = /[.?!]$/.test(wrong) ? wrong : `${wrong}.`;
  const complete = allowed === undefined || allowed === "" ? sentence : `${sentence} Allowed: ${allowed}.`;
  return field === undefined ? complete : `${field}: ${complete}`;
}
