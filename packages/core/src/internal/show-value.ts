/** Returns a value as shown in messages: JSON, at most 100 characters, without the user and password of a URL. */
export function showValue(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(withoutCredentials(value));
  } catch {
    // a circular reference or a BigInt
  }
  try {
    text ??= String(value);
  } catch {
    text = `(${typeof value})`;
  }
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** Returns a string with `***` instead of the user and password of a URL; any other value is returned unchanged. */
export function withoutCredentials(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/\/\/[^/?#\s]*@/g, "//***@") : value;
}
