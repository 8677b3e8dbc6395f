/** The message of a refused value, as `problemMessage` of `@bookend/core` builds it; loading all of that takes longer than most commands. */
export function problemMessage(wrong: string, allowed: string, field?: string): string {
  const sentence = /[.?!]$/.test(wrong) ? wrong : `${wrong}.`;
  return `${field === undefined ? "" : `${field}: `}${sentence} Allowed: ${allowed}.`;
}
