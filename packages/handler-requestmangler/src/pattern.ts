import { RE2JS, RE2JSException } from "re2js";

/** Longest value that a pattern is tried on, in characters; a longer one does not match. */
const maxLength = 10_000;

/** A pattern for complete values; linear in their length. */
export interface Pattern {
  /** The groups of a value that matches completely; a group that took no part is empty. Undefined: no match. */
  groupsOf(value: string): readonly string[] | undefined;
}

/** A parsed pattern, or why it is none. */
export type ParsedPattern = { readonly pattern: Pattern } | { readonly pattern?: undefined; readonly message: string };

/** Parses a regular expression of RE2. */
export function parsePattern(source: string): ParsedPattern {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return {
      message: `${error.message}; allowed is a regular expression of RE2: no look-around, no back-references.`,
    };
  }
  return {
    pattern: {
      groupsOf(value) {
        if (value.length > maxLength) return undefined;
        const matcher = compiled.matcher(value);
        if (!matcher.matches()) return undefined;
        return Array.from({ length: matcher.groupCount() }, (_, i) => matcher.group(i + 1) ?? "");
      },
    },
  };
}
