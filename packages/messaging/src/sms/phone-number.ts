import { RE2JS } from "re2js";
import { z } from "zod";
import { MessagingError } from "../errors.js";

/** Rewrites a telephone number. */
export type NumberRewriting = (number: string) => string;

/** A rule `/pattern/replacement/`, parsed into what it does. */
export const numberRewriting = z
  .string()
  .max(1000)
  .transform((rule, context): NumberRewriting => {
    try {
      return parseNumberRewriting(rule);
    } catch (error) {
      context.addIssue({ code: "custom", message: error instanceof Error ? error.message : "is not a rule" });
      return z.NEVER;
    }
  })
  .describe(
    "/pattern/replacement/ for numbers, as /^\\+// or /^0/+49/. The pattern is in RE2 syntax; \\1 is its first group.",
  );

/**
 * The number that a gateway is given: rewritten, then without blanks, dots, dashes, slashes and parentheses.
 *
 * @throws MessagingError `INVALID_NUMBER` for anything else than digits, with a plus in front or not, 20 at most
 */
export function phoneNumber(text: string, rewrite: NumberRewriting | undefined): string {
  if (text.length <= 100) {
    const number = (rewrite ? rewrite(text) : text).replace(/[ \u00a0./()-]/g, "");
    if (/^\+?\d{1,20}$/.test(number)) return number;
  }
  throw new MessagingError("INVALID_NUMBER", `${JSON.stringify(text.slice(0, 100))} is not a telephone number.`);
}

function parseNumberRewriting(rule: string): NumberRewriting {
  // a slash in the pattern or the replacement is written as \/
  const [, pattern, replacement] = /^\/((?:[^/\\]|\\.)*)\/((?:[^/\\]|\\.)*)\/$/su.exec(rule) ?? [];
  if (!pattern || replacement === undefined) throw new Error("must be of the form /pattern/replacement/");
  const expression = compile(pattern.replaceAll("\\/", "/"));
  const pieces = parseReplacement(replacement, expression.groupCount());
  return (number) => {
    const matcher = expression.matcher(number);
    let rewritten = "";
    let end = 0;
    while (matcher.find()) {
      rewritten += number.slice(end, matcher.start());
      for (const piece of pieces) rewritten += typeof piece === "string" ? piece : (matcher.group(piece) ?? "");
      end = matcher.end();
    }
    return rewritten + number.slice(end);
  };
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch {
    throw new Error("has a pattern that is not in RE2 syntax");
  }
}

/** Literal text, and the numbers of groups. */
function parseReplacement(replacement: string, groups: number): (string | number)[] {
  return Array.from(replacement.matchAll(/\\(.)|[^\\]+/gsu), ([literal, escaped]) => {
    if (escaped === undefined) return literal;
    if (!/\d/.test(escaped)) return escaped;
    if (Number(escaped) > groups) throw new Error(`has no group \\${escaped} in its pattern`);
    return Number(escaped);
  });
}
