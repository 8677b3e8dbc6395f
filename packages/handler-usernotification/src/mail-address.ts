const ADDRESS = /^(?!\.)(?!.*\.\.)[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}(?<!\.)@(?!-)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*$/u;

/** Whether a text is one mail address: no name, no list, nothing that could begin another header. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && ADDRESS.test(text);
}
