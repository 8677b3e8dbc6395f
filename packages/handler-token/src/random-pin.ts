/** Letters and digits without those that are taken for one another. */
const alphabet = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

/** A PIN of random letters and digits; `randomInt` gives a number from 0 to below its argument. */
export function randomPin(length: number, randomInt: (below: number) => number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
