/**
 * Replaces `{phone}` with the number, and `{otp}` and `{message}` with the text. Placeholders in the inserted values
 * are not replaced.
 */
export function fillPlaceholders(template: string, phone: string, text: string): string {
  return template.replace(/\{(phone|otp|message)\}/g, (_, name: string) => (name === "phone" ? phone : text));
}
