/** Puts number and text in the place of `{phone}` and of `{otp}` or `{message}`. What they contain is not looked at again. */
export function fillPlaceholders(template: string, phone: string, text: string): string {
  return template.replace(/\{(phone|otp|message)\}/g, (_, name: string) => (name === "phone" ? phone : text));
}
