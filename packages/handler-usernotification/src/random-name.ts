import { randomInt } from "node:crypto";

const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Generates 16 random letters and digits, for the tag `{random}`. */
export function randomName(): string {
  return Array.from({ length: 16 }, () => characters[randomInt(characters.length)]).join("");
}
