/** GSM 03.38's default alphabet. The index of a character is its code; 0x1B is the escape to the extension table. */
const basic =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/** GSM 03.38's extension table: each character takes two septets. */
const extension: readonly [string, number][] = [
  ["\f", 0x0a],
  ["^", 0x14],
  ["{", 0x28],
  ["}", 0x29],
  ["\\", 0x2f],
  ["[", 0x3c],
  ["~", 0x3d],
  ["]", 0x3e],
  ["|", 0x40],
  ["€", 0x65],
];

const escapeCode = 0x1b;

const alphabet: ReadonlyMap<string, readonly number[]> = new Map([
  ...Array.from(basic, (character, code): [string, number[]] => [character, [code]]).filter(
    ([, [c]]) => c !== escapeCode,
  ),
  ...extension.map(([character, code]): [string, number[]] => [character, [escapeCode, code]]),
]);

const extended: ReadonlyMap<number, string> = new Map(extension.map(([character, code]) => [code, character]));

/** Returns the septets of each character, one per byte; undefined if a character is not in the alphabet. */
export function gsmSeptets(text: string): readonly number[][] | undefined {
  const septets: number[][] = [];
  for (const character of text) {
    const codes = alphabet.get(character);
    if (!codes) return undefined;
    septets.push([...codes]);
  }
  return septets;
}

/**
 * Returns the text of septets, one per byte. An unknown extension reads as the character of the basic table (GSM 03.38,
 * 6.2.1.1).
 */
export function gsmText(septets: Uint8Array): string {
  let text = "";
  let escaped = false;
  for (const septet of septets) {
    if (!escaped && septet === escapeCode) {
      escaped = true;
      continue;
    }
    text += (escaped ? extended.get(septet) : undefined) ?? basic[septet & 0x7f] ?? "";
    escaped = false;
  }
  return text;
}
