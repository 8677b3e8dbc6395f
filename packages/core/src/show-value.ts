/** A value as a message shows it: JSON, at most 100 characters. */
export function showValue(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // a cycle or a BigInt
  }
  text ??= String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
