/**
 * Returns the message of a refused value, in the same format as `problemMessage` of `@bookend/core`, whose import would
 * take longer than most commands.
 */
export function problemMessage(wrong: string, allowed: string, field?: string): string {
  const sentence = /[.?!]$/.test(wrong) ? wrong : `${wrong}.`;
  return `${field === undefined ? "" : `${field}: `}${sentence} Allowed: ${allowed}.`;
}
