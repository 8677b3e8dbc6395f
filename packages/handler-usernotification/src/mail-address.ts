const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@[^\s@<>()[\]\\,;:"\p{Cc}]{1,255}$/u;

/** Whether a text is one mail address: no name, no list, nothing that could begin another header. */
export function isMailAddress(text: string): boolean {
  return ADDRESS.test(text);
}
