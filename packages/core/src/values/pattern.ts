import { RE2JS, RE2JSSyntaxException } from "re2js";
import { ValueError } from "../contracts/errors.js";
import type { ValueType } from "../definitions/condition.js";
import { showValue } from "../internal/show-value.js";

/** What is looked at of a text, in UTF-16 code units. */
export const maxPatternInput = 10_000;

/** Longest pattern, in UTF-16 code units. */
const maxPatternLength = 4_000;

/** Largest compiled pattern, in instructions of the engine: bounds the time of a match. */
const maxProgramSize = 5_000;

const allowed = "a regular expression in RE2 syntax (no look-around, no back-references)";

/** A compiled regular expression; a match takes time linear in the text. */
export interface Pattern {
  readonly source: string;
  /** Only the first 10,000 code units of the text are looked at. */
  test(text: string): boolean;
}

/** Where a pattern has to match. */
export type PatternMode = "anywhere" | "at the start" | "whole text";

/** Compiles a regular expression. Throws `ValueError` that says what is wrong with it. */
export function compilePattern(source: string, mode: PatternMode): Pattern {
  if (source.length > maxPatternLength) {
    throw new ValueError(`The expression is longer than ${maxPatternLength} characters.`, allowed);
  }
  const compiled = compile(source);
  if (compiled.programSize() > maxProgramSize) {
    throw new ValueError("The expression is too large: its repetitions multiply.", allowed);
  }
  const expression = mode === "at the start" ? anchored(source) : compiled;
  const test =
    mode === "whole text" ? (text: string) => expression.testExact(text) : (text: string) => expression.test(text);
  return { source, test: (text) => test(text.length > maxPatternInput ? text.slice(0, maxPatternInput) : text) };
}

/** A regular expression, found anywhere unless `mode` says otherwise. The empty one matches everything. */
export function pattern(mode: PatternMode = "anywhere"): ValueType<Pattern> {
  return {
    widget: "regexp",
    allowed,
    jsonSchema: { type: "string", maxLength: maxPatternLength, format: "regex" },
    parse(raw) {
      if (typeof raw !== "string") throw new ValueError(`${showValue(raw)} is not a text.`, allowed);
      return compilePattern(raw, mode);
    },
  };
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    throw new ValueError(reasonOf(error), allowed);
  }
}

/** `test` with an anchor is three times as fast as the engine's own look at the start. */
function anchored(source: string): RE2JS {
  try {
    return RE2JS.compile(`^(?:${source})`);
  } catch {
    // it ends inside of a \Q quotation, which has swallowed the parenthesis
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
  return `The expression is wrong at ${showValue(found)}: ${error.getDescription()}.`;
}
