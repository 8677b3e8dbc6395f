/** Letters and digits without those that are easily confused. */
const alphabet = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

/**
 * Generates a PIN of random letters and digits. `randomInt` returns an integer from 0 up to, but not including, its
 * argument.
 */
export function randomPin(length: number, randomInt: (below: number) => number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
