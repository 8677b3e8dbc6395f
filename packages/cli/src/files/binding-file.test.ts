import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseBindingFile } from "./binding-file.js";
import { splitBindings } from "./split-bindings.js";

const binding = (name: string, more = "") =>
  `  ${name}:\n    event: auth\n    handlermodule: Counter\n    action: reset_counter\n    options: { counter_name: x${more} }\n`;

/** Creates bindings whose file is long enough for several parts. */
const many = (change: (index: number) => string = () => "") =>
  Array.from({ length: 400 }, (_, index) => binding(`b${index}`, change(index))).join("");

/** Reads the contents of the file, with their places. */
const read = (text: string) => {
  const { bindings, problems } = parseBindingFile("x.yaml", text);
  const items = bindings.map(({ name, fields, place, placeOf }) => {
    const places = ["event", "options.counter_name", "options.none", "none"].map((field) => placeOf(field, "value"));
    return { name, fields, place, places };
  });
  return { items, problems };
};

describe("a file that is read in parts", () => {
  test("yields the same as a file that is read as a whole", () => {
    const text = `# comment\n\nbindings: # more\n${many()}`;
    expect(splitBindings(text)?.length).toBeGreaterThan(1);
    const whole = `${text}$schema: &x x\n`;
    expect(splitBindings(whole)).toBeUndefined();
    expect(read(text)).toEqual(read(whole));
    expect(read(text).items).toHaveLength(400);
  });

  test.each([
    ["a name that occurs in two parts", `bindings:\n${many()}${binding("b1")}`, /"b1" occurs twice/, 2_002],
    ["a mistake in the last part", `bindings:\n${many()}  x: [\n`, /./, 2_003],
    ["an unknown field", `bindings:\n${many()}  x: { event: a, colour: red }\n`, /colour/, 2_002],
    ["a quote that is not closed", `bindings:\n${many()}  x: { event: "a\n  y: b" }\n`, /./, 2_002],
  ])("names the place of %s", (_what, text, message, line) => {
    const { problems } = parseBindingFile("x.yaml", text);
    expect(problems[0]).toMatchObject({ line, message: expect.stringMatching(message) });
  });

  const pieces = fc.constantFrom(
    "  a:\n",
    "  b: {}\n",
    "  - c\n",
    "  ? d\n",
    "  : e\n",
    '  "f": "x\n',
    '  y"\n',
    "    event: auth\n",
    "    options: |\n",
    "      text\n",
    "   odd\n",
    "# comment\n",
    "  # comment\n",
    "\n",
    "top: x\n",
    "---\n",
    "...\n",
    "\t\n",
    "  \tx: 1\n",
    "  g: &a x\n",
    "  h: *a\n",
    "  plain\n",
    "  i: [\n",
    "  ]\n",
    "  j: !env HOME\n",
    "  <<: {}\n",
    "  k: >-\r\n",
    "bindings:\n",
    "%YAML 1.2\n",
  );

  test("has the same bindings and problems as a whole file, whatever its lines contain", () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (lines) => {
        const text = `bindings:\n${lines.join("")}`;
        // with this line, the whole file is read from the parser's tree
        const whole = parseBindingFile("x.yaml", `$schema: &x x\n${text}`);
        const parts = parseBindingFile("x.yaml", text);
        expect(parts.bindings.map(({ name, fields }) => [name, fields])).toEqual(
          whole.bindings.map(({ name, fields }) => [name, fields]),
        );
        expect(parts.problems.map(({ line, ...rest }) => ({ ...rest, line: (line ?? 0) + 1 }))).toEqual(
          whole.problems.map(({ line, ...rest }) => ({ ...rest, line })),
        );
      }),
      { numRuns: 500 },
    );
  });
});
