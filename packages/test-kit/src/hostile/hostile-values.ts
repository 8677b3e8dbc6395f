import fc from "fast-check";

/** Strings that are known to cause problems in parsers, databases and objects. */
export const hostileWords = [
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "x\udfff",
  "\u202e",
  "İ",
  "e\u0301",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "null",
  "undefined",
  "NaN",
  "Infinity",
  "true",
  "False",
  "-1",
  "-0",
  "0",
  "1e300",
  "0x10",
  "9007199254740993",
  "99999999999999999999999999",
  "1.5",
  "%",
  "%zz",
  "%00",
  "%ed%a0%80",
  "%2e%2e%2f",
  "..",
  "../../etc/passwd",
  "*",
  "*a*",
  "a,b,,c",
  ",",
  "{",
  "}",
  "[]",
  "{}",
  "[1",
  '{"__proto__":1}',
  "{{#if x}}",
  "{{/if}}",
  "{serial}",
  "{{",
  "(?i)(a+)+$",
  "(",
  "[",
  "\\",
  "a".repeat(300),
  "é".repeat(1_100),
  "9".repeat(400),
  "'\"--;",
  "\r\nX-A: b",
  "2026-02-30T25:61:61Z",
  "+999999-01-01T00:00:00Z",
  "0000-00-00",
  "1y",
  "999999999999999y",
  "-5d",
  "a@b",
  "@",
  "alice@corp@corp",
  "+1",
  "::1",
  "1.2.3.4/33",
  "!",
  "x >= 1",
  "a == b",
  ">",
  "/",
  "/~",
  "/a/-/0",
] as const;

/** A string: short, long, of any Unicode, or one of `hostileWords`, alone or joined. */
export const hostileString: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostileWords) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...hostileWords), { maxLength: 4 }).map((words) => words.join("")) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 20 }) },
  { weight: 1, arbitrary: fc.integer().map(String) },
);

const hostileNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, -1, 1e300, 2 ** 53, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY, 0.1),
);

const deep = fc.integer({ min: 1, max: 60 }).map((depth) => {
  let value: unknown = "deep";
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
});

/** Anything that JSON can represent, and the numbers that it cannot. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: hostileString },
  { weight: 2, arbitrary: hostileNumber },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], [""], { a: 1 }) },
  { weight: 1, arbitrary: fc.array(hostileString, { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.dictionary(hostileString, hostileString, { maxKeys: 4 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: deep },
);

/** Phone numbers, and strings that resemble them. */
export const hostilePhoneNumber: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("+12025550101", "0151 23456789", "+49 (0) 151/234-567", "+1 202 555 0101;ext=5", "tel:+12025550101"),
  fc.stringMatching(/^[+0-9 ()./\-;xe*#]{0,40}$/),
  fc
    .tuple(fc.constantFrom("+", "00", "++", "+0", "", "＋", "+1"), fc.stringMatching(/^[0-9]{0,30}$/))
    .map((parts) => parts.join("")),
  fc.stringMatching(/^[+＋٠-٩０-９0-9]{1,20}$/u),
  hostileString,
);

/** JSON pointers, and strings that resemble them. */
export const hostilePointer: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(
      fc.oneof(
        fc.constantFrom("result", "value", "detail", "a", "0", "1", "-", "01", "~0", "~1", "~", "~2", "", "__proto__"),
        hostileString,
      ),
      { maxLength: 12 },
    )
    .map((keys) => keys.map((key) => `/${key}`).join("")),
  fc.integer({ min: 1, max: 2_100 }).map((length) => "/a".repeat(length).slice(0, 2_010)),
  hostileString,
);

/** Templates of tags and blocks, and strings that resemble them. */
export const hostileTemplate: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "{",
        "}",
        "{{",
        "}}",
        "{serial}",
        "{username}",
        "{user}",
        "{now}",
        "{now}+1d",
        "{now}-",
        "1y",
        "\\",
        "{serail}",
      ),
      fc.constantFrom(
        "{{#if serial}}",
        "{{else}}",
        "{{/if}}",
        "{{/unless}}",
        "{{serial}}",
        "{{{serial}}}",
        "{{> x}}",
        "x",
      ),
      hostileString,
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

/** Values of conditions, and strings that resemble them. */
export const hostileCondition: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("", "count_auth ", "email", "/detail/a", "a b", '"', "x-a"),
      fc.constantFrom("=", "==", "!=", "<", ">", ">=", "=<", "'in'", "'!matches'", "'date_within_last'", "'x'", " "),
      fc.oneof(fc.constantFrom("1", "{now}-1d", "{now-1d}", "2026-01-01", "a,b", "1h", "(", ""), hostileString),
    )
    .map((parts) => parts.join("")),
  fc
    .array(fc.constantFrom("10.0.0.0/8", "-", "!", "::1", "1.2.3.4", "/", ",", "404", "4xx", "400-499", ">=500", " "), {
      maxLength: 6,
    })
    .map((parts) => parts.join("")),
  fc
    .array(fc.constantFrom("(", ")", "a", "*", "+", "?", "{2,3}", "[", "]", "\\p{L}", "|", "^", "$", "(?i)", "(?<n>"), {
      maxLength: 10,
    })
    .map((parts) => parts.join("")),
  hostileTemplate,
  hostileString,
);

/** Booleans as forms, databases and people write them, and strings that resemble them. */
export const hostileBoolean: fc.Arbitrary<unknown> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("", " ", "\t", "\n", "\u00a0", "\ufeff", "\0"),
      fc.constantFrom(
        "true",
        "false",
        "True",
        "False",
        "TRUE",
        "FALSE",
        "tRUE",
        "1",
        "0",
        "01",
        "1.0",
        "yes",
        "on",
        "t",
      ),
      fc.constantFrom("", " ", "\r\n", "\u2003", ";", "\0"),
    )
    .map((parts) => parts.join("")),
  fc.constantFrom<unknown>(
    true,
    false,
    1,
    0,
    -0,
    1n,
    Number.NaN,
    null,
    undefined,
    "",
    [],
    [true],
    {},
    new Boolean(false),
  ),
  hostileValue,
);

/** Returns the seed of a fuzz test: `BOOKEND_FUZZ_SEED`, or a random one. The same seed produces the same inputs. */
export function fuzzSeed(): number {
  const seed = Number(process.env.BOOKEND_FUZZ_SEED ?? Date.now() % 2 ** 31);
  if (Number.isSafeInteger(seed)) return seed;
  throw new RangeError(`BOOKEND_FUZZ_SEED: "${process.env.BOOKEND_FUZZ_SEED}" is not valid. Allowed: an integer.`);
}

/** Returns the number of inputs of a fuzz test: `BOOKEND_FUZZ_RUNS`, or the given number. */
export function fuzzRuns(byDefault: number): number {
  const runs = Number(process.env.BOOKEND_FUZZ_RUNS ?? byDefault);
  if (!Number.isSafeInteger(runs) || runs < 1) {
    throw new RangeError(
      `BOOKEND_FUZZ_RUNS: "${process.env.BOOKEND_FUZZ_RUNS}" is not valid. Allowed: a positive integer.`,
    );
  }
  return runs;
}

/** The settings of a fuzz test: the number of runs, and the seed. */
export interface FuzzSettings {
  readonly numRuns: number;
  readonly seed: number;
  /**
   * Reports the result of a property. If `BOOKEND_FUZZ_RUNS` is set, prints how many inputs the property received.
   *
   * @throws {Error} if the property does not hold
   */
  readonly reporter: <T>(details: fc.RunDetails<T>) => void;
}

/** Returns the settings of a fuzz test, from `BOOKEND_FUZZ_RUNS` and `BOOKEND_FUZZ_SEED`. */
export function fuzzSettings(byDefault: number): FuzzSettings {
  return {
    numRuns: fuzzRuns(byDefault),
    seed: fuzzSeed(),
    reporter(details) {
      if (process.env.BOOKEND_FUZZ_RUNS !== undefined) process.stdout.write(`fuzz: ${details.numRuns} inputs\n`);
      if (details.failed) throw new Error(fc.defaultReportMessage(details));
    },
  };
}
