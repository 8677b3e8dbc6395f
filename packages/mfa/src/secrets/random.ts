/** Returns this number of random bytes. */
export type Random = (size: number) => Uint8Array;

/** Letters and digits that are not easily confused. */
export const readable = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/** Decimal digits. */
export const digits = "0123456789";

/** Returns `length` characters of the alphabet, all equally likely. */
export function randomText(random: Random, alphabet: string, length: number): string {
  // bytes past the last multiple of the alphabet's length would favor its first characters
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    for (const byte of random(length - text.length)) {
      if (byte < limit) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}
