import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseBindingFile } from "./binding-file.js";
import { readPlainYaml } from "./plain-yaml.js";
import { parseYamlText, placesOf } from "./yaml-text.js";

/** What the parser reads, with the places of the outermost keys. */
function parsed(text: string) {
  const { document, problems } = parseYamlText(text, placesOf("x", text));
  return problems.length > 0 ? problems : document.toJS();
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

/** Mostly plain: a map of maps, each with values, lists, blocks and maps. */
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

describe("readPlainYaml", () => {
  test.each([
    ["plain files", tidy, 0.4],
    ["lines in any order", fc.array(line, { maxLength: 8 }).map((lines) => `${lines.join("\n")}\n`), 0],
  ] as const)("reads what the parser reads, or nothing: %s", (_what, texts, share) => {
    let [all, read] = [0, 0];
    fc.assert(
      fc.property(texts, (text) => {
        const entries = readPlainYaml(text);
        all += 1;
        if (entries === undefined || entries.length === 0) return;
        read += 1;
        expect(Object.fromEntries(entries.map(({ name, value }) => [name, value]))).toEqual(parsed(text));
        for (const { name, offset } of entries) expect(text.slice(offset, offset + name.length + 1)).toBe(`${name}:`);
      }),
      { numRuns: 400 },
    );
    expect(read / all).toBeGreaterThanOrEqual(share);
  });

  test("reads files as they are written by hand and by export", () => {
    const text = `  Count logins:
    event: [auth, token_init]
    ordering: -3
    active: false
    # who
    conditions:
      client_ip: 10.0.0.0/8
    options:
      counter_name: 'it''s'
      url: !env HOOK
      body: |
        Dear {user},

          bye.
  Zähler 2:
    event:
    - auth
    options: {}
`;
    expect(readPlainYaml(text)).toHaveLength(2);
    expect(Object.fromEntries((readPlainYaml(text) ?? []).map(({ name, value }) => [name, value]))).toEqual(
      parsed(text),
    );
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

  test("says the same as in YAML", () => {
    fc.assert(
      fc.property(files, fc.constantFrom(undefined, 2), (file, indent) => {
        const text = JSON.stringify(file, undefined, indent);
        // a comment makes it YAML
        const [json, yaml] = [parseBindingFile("x", text), parseBindingFile("x", `${text} # YAML`)];
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
  ])("names a key that occurs twice: %s", (text, column) => {
    expect(parseBindingFile("x", text).problems).toMatchObject([
      { line: 1, column, message: expect.stringContaining("twice") },
    ]);
  });
});
