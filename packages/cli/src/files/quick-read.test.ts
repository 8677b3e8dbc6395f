import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMap } from "yaml";
import { parseBindingFile } from "./binding-file.js";
import { quickRead } from "./quick-read.js";
import { keyOf, parseYamlText, placesOf } from "./yaml-text.js";

/** Returns the document as the parser reads it, and the top-level names in order. */
function parsed(text: string) {
  const { document, problems } = parseYamlText(text, placesOf("x", text));
  if (problems.length > 0) return problems;
  return {
    value: document.toJS() as unknown,
    names: isMap(document.contents) ? document.contents.items.map(keyOf) : [],
  };
}

/** Expects that `quickRead` reads either the same as the parser or nothing. Returns whether it read the text. */
function readAlike(text: string): boolean {
  const value = quickRead(text);
  if (value !== undefined) expect({ value, names: Object.keys(value) }).toStrictEqual(parsed(text));
  return value !== undefined;
}

const word = fc.constantFrom(
  ...[
    "auth",
    "a b",
    "10.0.0.0/8",
    "https://h.example/a#b",
    "1.5",
    "007",
    "0x1f",
    "1e3",
    ".inf",
    "-7",
    "0",
    "12",
    "true",
    "No",
    "null",
  ],
  ...[
    "~",
    "'it''s'",
    "'a' b",
    '"a: b"',
    '"a\\n"',
    "a: b",
    "a:",
    "a #b",
    "a#b",
    "a, b",
    "[a, b]",
    "[a, true]",
    "[]",
    "{}",
    "{a: b}",
  ],
  ...[
    "!env HOME",
    "!env 1",
    "!x y",
    "|",
    "|-",
    ">",
    "&a b",
    "*a",
    "- a",
    "? a",
    "@a",
    "%a",
    "`a",
    "ü",
    "\u0085",
    "\u2028",
    "a\tb",
    "x  ",
  ],
);
const key = fc.constantFrom(
  "a",
  "b",
  "c d",
  "e.f",
  "ä",
  "true",
  "1",
  "'q'",
  "<<",
  "__proto__",
  "x:y",
  "f ",
  "constructor",
);
const line = fc.oneof(
  fc
    .tuple(fc.integer({ min: 2, max: 8 }), key, word)
    .map(([indent, name, value]) => `${" ".repeat(indent)}${name}: ${value}`),
  fc.tuple(fc.integer({ min: 2, max: 8 }), key).map(([indent, name]) => `${" ".repeat(indent)}${name}:`),
  fc.tuple(fc.integer({ min: 2, max: 8 }), word).map(([indent, value]) => `${" ".repeat(indent)}- ${value}`),
  fc.tuple(fc.integer({ min: 2, max: 8 }), word).map(([indent, value]) => `${" ".repeat(indent)}${value}`),
  fc.constantFrom("", "   ", "# c", "    # c", "---", "..."),
);

const plainWord = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.constantFrom("auth", "a b", "10.0.0.0/8", "https://h.example/a#b", "-7", "0", "'it''s'", '"a: b"'),
  },
  { weight: 1, arbitrary: word },
);
const several = fc.array(plainWord, { minLength: 1, maxLength: 3 });

/** A mostly plain file: a map of maps, each with values, lists, blocks and maps. */
const tidy = fc
  .array(
    fc.array(
      fc.oneof(
        plainWord,
        fc.constantFrom("[a, b]", "[]", "{}"),
        several.map((items) => items.map((item) => `\n      - ${item}`).join("")),
        several.map((items) => items.map((item) => `\n    - ${item}`).join("")),
        several.map((items) => items.map((item, index) => `\n      p${index}: ${item}`).join("")),
        fc
          .tuple(
            fc.constantFrom("|", "|-"),
            fc.array(fc.constantFrom("", "a", "  b: c", "# d", "- e"), { minLength: 1 }),
          )
          .map(([style, lines]) => `${style}${lines.map((text) => `\n      ${text}`.trimEnd()).join("")}`),
      ),
      { minLength: 1, maxLength: 4 },
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((maps) =>
    maps
      .map((values, index) => `  x${index}:\n${values.map((value, place) => `    k${place}: ${value}\n`).join("")}`)
      .join(""),
  );

/** A file with most features of YAML. */
const sample = `bindings:
  Count logins:
    event: [auth, token_init]
    ordering: -3
    # who
    conditions:
      client_ip: 10.0.0.0/8
    options: # comment
      counter_name: 'it''s'
      url: !env HOOK
      body: |
        Dear {user},

          bye.
      data: >-
        folded text
        more

          indented
      list:
        - - a
          - b
        - c: d
          e: f
        -
          g: h
      t: "double \\"q\\" \\u00e9
        goes on"
      s: 'single

        goes on'
      plain: that
        goes on
  "Zähler: 2":
    event:
    - auth
    - 'b c'
    options: { a: [1, 2.5, "x", { b: c }], 'd': ~, "e":1 }
`;

const piece = fc.constantFrom(
  ...[" ", "  ", "\n", "\n\n", "\n    ", ":", ": ", "- ", "#", " #", " # c\n", '"', "'", "\\", ",", "[", "]", "{", "}"],
  ...[
    "? ",
    "|",
    ">",
    "|2\n",
    "|+\n",
    "&a ",
    "*a",
    "!",
    "!env ",
    "!!str ",
    "%",
    "@",
    "~",
    "0",
    "1e3",
    "---\n",
    "\n...\n",
  ],
  ...[
    "<<: ",
    "b: c",
    "\n  - x\n",
    "\t",
    "\\\n",
    "\u00a0",
    "\u2028",
    "\n#c\n",
    "\n     # c\n",
    "          \n",
    ": |\n",
    "\r",
  ],
);
const mutation = fc.record({ at: fc.nat(), length: fc.nat({ max: 4 }), piece });

/** The sample with one or two changes. */
const mutants = fc.array(mutation, { minLength: 1, maxLength: 2 }).map((mutations) =>
  mutations.reduce((text, { at, length, piece: put }) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + put + text.slice(start + length);
  }, sample),
);

describe("quickRead", () => {
  test.each([
    ["plain files", tidy, 0.4],
    ["lines in any order", fc.array(line, { maxLength: 8 }).map((lines) => `${lines.join("\n")}\n`), 0.02],
    ["files with Windows line endings", tidy.map((text) => text.replaceAll("\n", "\r\n")), 0.4],
    ["a file with mistakes", mutants, 0.05],
  ] as const)("reads the same as the parser, or nothing: %s", (_what, texts, share) => {
    let [all, read] = [0, 0];
    fc.assert(
      fc.property(texts, (text) => {
        all += 1;
        if (readAlike(text)) read += 1;
      }),
      { numRuns: 300, seed: 14 },
    );
    expect(read / all).toBeGreaterThanOrEqual(share);
  });

  test.each([
    ...["0o17", "0x1F", "017", "0b1", "+1", "-0", "-0.0", ".5", "+.5", "1.", "1e3", "1_000", "1e400", "9".repeat(320)],
    ...[".inf", "-.Inf", ".nan", "-.nan", "Infinity", "~", "nULL", "True", "tRue", "yes", "on", "190:20:30", "<<", "="],
    ...["2001-01-01", "2001-12-14t21:59:43.10-05:00", '"\\U00110000"', '"\\ud83d"', "!env 'A'", "!env 1", "!env [a]"],
    ...["!!int '1'", "! a", "!<!env> A", "[a: b]", "{? a : b}", "'a' b: c", "[a #b\n, c]", "|1\n    a", ">\n   \n   a"],
  ])("reads the value %j like the parser, or not at all", (value) => {
    readAlike(`a: ${value}\n`);
    readAlike(`a:\n  - ${value}\n`);
    readAlike(`${value}: a\n`);
  });

  test.each([
    "2: a\n1: b\n",
    '"2": a\n"1": b\n',
    "a: 1\na: 2\n",
    "<<: { a: 1 }\n",
    "__proto__: { a: 1 }\n",
    "~: a\n",
    "a: b\n---\n",
    "!env A\n",
    '{"a": {"b": 1, "b": 2}}',
    '{"a": {"b\\u0041": 1, "bA": 2}}',
    '{"2": 1, "1": 2}',
    '{"a": "\\"b\\": 1", "__proto__": {"c": ["d:", "e\\\\"]}}',
  ])("reads the keys of %j like the parser, or not at all", (text) => {
    readAlike(text);
  });

  test("reads files written by hand and by export", () => {
    expect(readAlike(sample)).toBe(true);
    expect(readAlike(sample.replaceAll("\n", "\r\n"))).toBe(true);
    expect(readAlike(JSON.stringify(parsed(sample), undefined, 2))).toBe(true);
  });

  test.each([
    ["flow in flow", "[".repeat(200_000)],
    ["maps in maps", Array.from({ length: 2_000 }, (_, index) => `${" ".repeat(index)}a:\n`).join("")],
    ["tags", `a: ${"!env ".repeat(100_000)}`],
    ["nested tags", Array.from({ length: 60 }, (_, index) => `${" ".repeat(index)}!env a: !env\n`).join("")],
    ["keys on one line", `a: { ${Array.from({ length: 50_000 }, (_, index) => `k${index}: v`).join(", ")} }\n`],
    ["blank lines", `a: b\n${"\n".repeat(1_000_000)}c: d\n`],
  ])("takes time proportional to the length of the text: %s", (_what, text) => {
    const began = process.cpuUsage();
    quickRead(text);
    expect(process.cpuUsage(began).user).toBeLessThan(5_000_000);
  });
});

describe("a file in JSON", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const binding = fc.dictionary(fc.constantFrom("event", "action", "options", "ordering", "odd"), value, {
    maxKeys: 3,
  });
  const name = fc.oneof(fc.constantFrom("a", "1", '"', "\\", "{", "b,", "__proto__"), fc.string());
  const files = fc.oneof(
    fc.dictionary(name, binding, { maxKeys: 4 }).map((bindings) => ({ bindings })),
    fc
      .array(
        fc.tuple(name, binding).map(([own, fields]) => ({ id: 1, ...fields, name: own })),
        { maxLength: 4 },
      )
      .map((bindings) => ({ format: "bookend", bindings })),
    fc.record({ bindings: value, more: value }),
  );

  test("yields the same as in YAML", () => {
    fc.assert(
      fc.property(files, fc.constantFrom(undefined, 2), (file, indent) => {
        const text = JSON.stringify(file, undefined, indent);
        // quickRead refuses a document end marker, so that the YAML parser reads the second text
        const [json, yaml] = [parseBindingFile("x", text), parseBindingFile("x", `${text}\n...`)];
        const read = ({ bindings }: typeof json) =>
          bindings.map(({ placeOf, ...rest }) => ({
            ...rest,
            places: ["options", "event"].map((field) => placeOf(field, "value")),
          }));
        expect(read(json)).toEqual(read(yaml));
        expect(json.problems).toEqual(yaml.problems);
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['{"bindings": {"a": {"event": "x"}, "a": {}}}', 36],
    ['{"bindings": {"a": {"event": "x", "event": "y"}}}', 35],
  ])("reports a repeated key: %s", (text, column) => {
    expect(parseBindingFile("x", text).problems).toMatchObject([
      { line: 1, column, message: expect.stringContaining("twice") },
    ]);
  });
});
