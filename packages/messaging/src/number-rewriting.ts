import { compilePattern, type Pattern, type PatternMatch, problemMessage, ValueError } from "@bookend/core";
import { z } from "zod";

/** Rewrites a phone number. */
export type NumberRewriting = (number: string) => string;

/** A rule `/pattern/replacement/`, parsed into a function. */
export const numberRewriting = z
  .string()
  .max(1000)
  .transform((rule, context): NumberRewriting => {
    try {
      return parseNumberRewriting(rule);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      context.addIssue({ code: "custom", message: problemMessage(error.message, error.allowed) });
      return z.NEVER;
    }
  })
  .describe(
    "/pattern/replacement/ for numbers in international form, such as /^\\+// or /^\\+49/0/. The pattern is in RE2 syntax; \\1 is its first group.",
  );

const allowed = "/pattern/replacement/, in which other slashes are written as \\/ or in brackets";

function parseNumberRewriting(rule: string): NumberRewriting {
  const slashes = separators(rule);
  const [first, middle, last, ...more] = slashes;
  if (first !== 0 || middle === undefined || last !== rule.length - 1 || more.length > 0 || middle === 1) {
    throw new ValueError(`${JSON.stringify(rule)} is not a rule.`, allowed);
  }
  // in RE2 syntax, a slash may be escaped, but does not need to be
  const expression = compilePattern(rule.slice(1, middle), "anywhere");
  const pieces = parseReplacement(rule.slice(middle + 1, last), expression);
  const replacement = (match: PatternMatch) =>
    pieces.map((piece) => (typeof piece === "string" ? piece : (match[piece] ?? ""))).join("");
  return (number) => expression.replaceAll(number, replacement);
}

/**
 * Returns the positions of the separating slashes: not those after a backslash, nor those in the brackets of the
 * pattern.
 */
function separators(rule: string): number[] {
  const found: number[] = [];
  let classStart: number | undefined;
  for (let index = 0; index < rule.length; index += 1) {
    const character = rule[index];
    if (character === "\\") index += 1;
    else if (classStart !== undefined) {
      // a closing bracket in the first position of a character class is a literal character
      const first = index === classStart + 1 || (index === classStart + 2 && rule[classStart + 1] === "^");
      if (rule.startsWith("[:", index)) index = Math.max(index, rule.indexOf(":]", index) + 1);
      else if (character === "]" && !first) classStart = undefined;
    } else if (character === "/") found.push(index);
    else if (character === "[" && found.length === 1) classStart = index;
  }
  return found;
}

/** Splits a replacement into literal strings and numbers of groups. */
function parseReplacement(replacement: string, { groupCount }: Pattern): (string | number)[] {
  return Array.from(replacement.matchAll(/\\(.)|[^\\]+/gsu), ([literal, escaped]) => {
    if (escaped === undefined) return literal;
    if (!/\d/.test(escaped)) return escaped;
    if (Number(escaped) <= groupCount) return Number(escaped);
    throw new ValueError(`The pattern has no group \\${escaped}.`, `groups up to \\${groupCount}`);
  });
}
