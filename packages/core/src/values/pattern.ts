import { type Matcher, RE2JS, RE2JSSyntaxException } from "re2js";
import { ValueError } from "../contracts/errors.js";
import type { ValueType } from "../contracts/value-type.js";
import { countSteps } from "../internal/next-turn.js";
import { showValue } from "../internal/show-value.js";
import { asciiNotes } from "./ascii-notes.js";
import { expandedSize } from "./expanded-size.js";

/** Number of UTF-16 code units of a string that an expression examines; a large expression examines fewer. */
export const maxPatternInput = 10_000;

/** Maximum instructions times code units of one match, which blocks the event loop: at worst, tens of milliseconds. */
const maxSteps = 500_000;

/** Maximum length of a pattern, in UTF-16 code units. */
const maxPatternLength = 4_000;

/** Maximum size of a compiled pattern, in instructions of the engine. */
const maxProgramSize = 5_000;

const allowed = "a regular expression in RE2 syntax (no look-around, no back-references)";

/** A compiled regular expression. A match takes time linear in the string. */
export interface Pattern {
  readonly source: string;
  /** The number of its groups, including named ones. */
  readonly groupCount: number;
  /**
   * Number of UTF-16 code units of a string that the pattern examines: 10,000, or 500,000 divided by the size of the
   * compiled expression if that is less.
   */
  readonly maxInput: number;
  /** Returns whether the pattern matches. Only the first `maxInput` code units of the string are examined. */
  test(text: string): boolean;
  /**
   * Returns the first match and its groups by number; undefined without a match, and for a string longer than
   * `maxInput`.
   */
  match(text: string): PatternMatch | undefined;
  /** Replaces every match. A string longer than `maxInput` stays unchanged. */
  replaceAll(text: string, replacement: (match: PatternMatch) => string): string;
}

/** The match at index 0, and its groups from 1; undefined for a group that did not participate. */
export type PatternMatch = readonly [string, ...(string | undefined)[]];

/** The position at which a pattern must match. */
export type PatternMode = "anywhere" | "at the start" | "whole text";

/**
 * Compiles a regular expression.
 *
 * @throws {ValueError} VALUE_INVALID, with the reason in the message
 */
export function compilePattern(source: string, mode: PatternMode): Pattern {
  if (source.length > maxPatternLength) {
    throw new ValueError(`The expression is longer than ${maxPatternLength} characters.`, allowed);
  }
  // compiling also takes time; the size is checked twice, since the engine simplifies some expressions
  if (expandedSize(source) > 2 * maxProgramSize) throw tooLarge();
  const compiled = compile(source);
  const size = compiled.programSize();
  if (size > maxProgramSize) throw tooLarge();
  const maxInput = Math.min(maxPatternInput, Math.floor(maxSteps / size));
  const expression = mode === "at the start" ? anchored(source) : compiled;
  const test =
    mode === "whole text" ? (text: string) => expression.testExact(text) : (text: string) => expression.test(text);
  const groupCount = compiled.groupCount();
  const matcherOf = (text: string) => {
    if (text.length > maxInput) return undefined;
    countSteps(size * text.length);
    return expression.matcher(text);
  };
  return {
    source,
    groupCount,
    maxInput,
    test(text) {
      const looked = text.length > maxInput ? text.slice(0, maxInput) : text;
      countSteps(size * looked.length);
      return test(looked);
    },
    match(text) {
      const matcher = matcherOf(text);
      const found = mode === "whole text" ? matcher?.matches() : matcher?.find();
      return matcher && found ? groupsOf(matcher, groupCount) : undefined;
    },
    replaceAll(text, replacement) {
      const matcher = matcherOf(text);
      if (!matcher) return text;
      const pieces: string[] = [];
      let end = 0;
      while (mode === "whole text" ? matcher.matches() : matcher.find()) {
        pieces.push(text.slice(end, matcher.start()), replacement(groupsOf(matcher, groupCount)));
        end = matcher.end();
        if (mode === "whole text") break;
      }
      return pieces.join("") + text.slice(end);
    },
  };
}

function tooLarge(): ValueError {
  return new ValueError("The expression is too large: its repetitions multiply.", allowed);
}

function groupsOf(matcher: Matcher, count: number): PatternMatch {
  const groups = Array.from({ length: count }, (_, index) => matcher.group(index + 1) ?? undefined);
  return [matcher.group() ?? "", ...groups];
}

/**
 * Creates the value type of a regular expression that matches anywhere, unless `mode` specifies otherwise. The empty
 * expression matches everything.
 */
export function pattern(mode: PatternMode = "anywhere"): ValueType<Pattern> {
  return {
    widget: "regexp",
    allowed,
    jsonSchema: { type: "string", maxLength: maxPatternLength, format: "regex" },
    parse(raw) {
      if (typeof raw !== "string") throw new ValueError(`${showValue(raw)} is not a string.`, allowed);
      return compilePattern(raw, mode);
    },
    notes: ({ source }) => asciiNotes(source),
  };
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    throw new ValueError(reasonOf(error), allowed);
  }
}

/** Compiles an expression with an anchor: `test` with an anchor is three times as fast as the engine's `lookingAt`. */
function anchored(source: string): RE2JS {
  try {
    return RE2JS.compile(`^(?:${source})`);
  } catch {
    // the expression ends inside a \Q quotation, which also contains the added parenthesis
    return RE2JS.compile(`^(?:${source}\\E)`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof RE2JSSyntaxException)) return "The expression cannot be compiled.";
  const found = error.getPattern() ?? "";
  if (/^\(\?<?[=!]/.test(found)) return `Look-around (${showValue(found)}) is not supported.`;
  if (/^\\[1-9k]/.test(found) || /^\(\?P[=>]?$/.test(found)) {
    return `Back-references (${showValue(found)}) are not supported.`;
  }
  return `The expression is not valid at ${showValue(found)}: ${error.getDescription()}.`;
}
