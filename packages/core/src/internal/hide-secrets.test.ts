import { expect, it } from "vitest";
import { secretHider } from "./hide-secrets.js";

const hide = secretHider(["s3cret/value", "other-secret", ""]);

it("replaces secrets in strings, in fields and in their names, in every spelling", () => {
  expect(hide("a s3cret/value b other-secret")).toBe("a *** b ***");
  expect(hide("s3cret%2Fvalue")).toBe("***");
  const fields = {
    first: 1,
    text: "x",
    list: ["s3cret/value", { deep: "other-secret" }],
    "a other-secret": null,
    last: true,
  };
  expect(hide(fields)).toEqual({ first: 1, text: "x", list: ["***", { deep: "***" }], "a ***": null, last: true });
  expect(fields.list[0]).toBe("s3cret/value");
});

it("copies objects, whatever their fields are called", () => {
  const fields = { value: 7, text: "short", nested: { text: "longer than any secret" } };
  expect(hide(fields)).toEqual(fields);
  // what an action changes later must not reach the log
  expect(hide(fields)).not.toBe(fields);
  const own = JSON.parse('{"__proto__":{"a":1},"text":"s3cret/value"}');
  expect(JSON.stringify(hide(own))).toBe('{"__proto__":{"a":1},"text":"***"}');
});

it("hides what is nested too deeply, in a time that does not depend on where the secrets are", () => {
  const nested = (depth: number): unknown => (depth === 0 ? "s3cret/value" : { a: nested(depth - 1), b: [depth] });
  let visits = 0;
  const counted = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const copy: Record<string, unknown> = {};
    for (const [name, entry] of Object.entries(value)) {
      const inner = counted(entry);
      Object.defineProperty(copy, name, {
        enumerable: true,
        get() {
          visits += 1;
          return inner;
        },
      });
    }
    return copy;
  };
  const hidden = JSON.stringify(hide(counted(nested(30))));
  expect(hidden).not.toContain("s3cret");
  expect(hidden).toContain("***");
  expect(visits).toBeLessThan(30 * 2 * 4);
});
