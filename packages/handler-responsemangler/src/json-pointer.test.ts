import type { JsonValue } from "@bookend/core";
import fc from "fast-check";
import reference from "json-pointer";
import { describe, expect, it } from "vitest";
import { deleteAt, type PointerResult, parsePointer, setAt } from "./json-pointer.js";

const key = fc.oneof(
  fc.constantFrom("a", "b", "c", "0", "1", "2", "-", "", "a/b", "m~n", "~1", "01"),
  fc.string({ maxLength: 4 }).filter((text) => !["__proto__", "constructor", "prototype"].includes(text)),
);
const document = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true }) as fc.Arbitrary<
  Record<string, JsonValue>
>;
const path = fc.array(key, { minLength: 1, maxLength: 4 });

/** Creates a path to a value in the document, if it contains any. */
function existing(value: JsonValue, choices: readonly number[]): string[] {
  const found: string[] = [];
  let current: JsonValue = value;
  for (const choose of choices) {
    if (typeof current !== "object" || current === null) break;
    const keys = Object.keys(current);
    if (keys.length === 0) break;
    const next = keys[choose % keys.length] as string;
    found.push(next);
    current = (current as Record<string, JsonValue>)[next] as JsonValue;
  }
  return found;
}

function isReserved(keys: readonly string[]): boolean {
  return keys.some((name) => ["__proto__", "constructor", "prototype"].includes(name));
}

describe("a JSON pointer", () => {
  it("agrees with a reference library on 10,000 documents and pointers", () => {
    fc.assert(
      fc.property(
        document,
        path,
        fc.array(fc.nat(), { maxLength: 4 }),
        fc.boolean(),
        (original, random, choices, hit) => {
          const inside = existing(original, choices);
          const keys = hit && inside.length > 0 ? inside : random;
          fc.pre(!isReserved(keys));
          const source = reference.compile(keys);
          expect(parsePointer(source)).toEqual(reference.parse(source));

          const there = reference.has(original, source);
          const before = structuredClone(original);
          const set = setAt(original, keys, "set");
          if (set.status === "changed") {
            // "-" is the position after the last item, so it can be set but not read
            if (!keys.includes("-")) expect(reference.get(set.document as object, source)).toBe("set");
          } else {
            expect(there).toBe(false);
          }
          if (there && !keys.includes("-")) {
            const expected = structuredClone(original);
            reference.set(expected, source, "set");
            expect(set).toEqual({ status: "changed", document: expected });
          }

          const expected = structuredClone(original);
          const removed = deleteAt(original, keys);
          expect(original).toEqual(before);
          if (removed.status === "changed") {
            expect(there).toBe(true);
            reference.remove(expected, source);
            expect(removed.document).toEqual(expected);
          } else {
            expect(there && reference.get(original, source) !== undefined).toBe(false);
          }
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it.each(["/__proto__/x", "/constructor/prototype/x", "/a/prototype", "/a/__proto__"])("%s is refused", (source) => {
    expect(() => parsePointer(source)).toThrow(/is refused/);
  });

  it.each(["", "detail", "detail/message"])('"%s" is refused: it does not begin with a slash', (source) => {
    expect(() => parsePointer(source)).toThrow(/begins with/);
  });

  it.each(["/a~", "/a~2b"])("%s is refused: its tilde is not part of ~0 or ~1", (source) => {
    expect(() => parsePointer(source)).toThrow(/~0/);
  });

  it("creates missing parents as objects, and null counts as missing", () => {
    expect(setAt({ detail: null }, ["detail", "a", "0"], 1)).toEqual(changed({ detail: { a: { 0: 1 } } }));
    expect(setAt(null, ["a"], 1)).toEqual(changed({ a: 1 }));
    expect(deleteAt({ detail: null }, ["detail"])).toEqual(changed({}));
    expect(deleteAt({ detail: null }, ["detail", "a"])).toEqual({ status: "absent" });
  });

  it("appends to a list, but does not leave holes in it", () => {
    const value = { list: [1] };
    expect(setAt(value, ["list", "1"], 2)).toEqual(changed({ list: [1, 2] }));
    expect(setAt(value, ["list", "-"], 3)).toEqual(changed({ list: [1, 3] }));
    expect(setAt(value, ["list", "9"], 4)).toEqual({ status: "blocked" });
    expect(setAt(value, ["list", "length"], 0)).toEqual({ status: "blocked" });
    expect(deleteAt({ list: [1, 2, 3] }, ["list", "0"])).toEqual(changed({ list: [2, 3] }));
    expect(deleteAt([{ a: 1 }, { a: 2 }], ["1", "a"])).toEqual(changed([{ a: 1 }, {}]));
    expect(setAt([], ["-", "a"], 1)).toEqual(changed([{ a: 1 }]));
  });

  it("cannot remove or set anything through a scalar", () => {
    for (const scalar of ["text", 1, true, 0, ""]) {
      expect(deleteAt({ a: scalar }, ["a", "b", "c"])).toEqual({ status: "absent" });
      expect(setAt({ a: scalar }, ["a", "b", "c"], 1)).toEqual({ status: "blocked" });
    }
  });

  it("does not change the document that it receives", () => {
    const inner = Object.freeze({ secret: 1, kept: [1] });
    const value = Object.freeze({ a: inner });
    const result = deleteAt(value, ["a", "secret"]);
    expect(result).toEqual(changed({ a: { kept: [1] } }));
    expect(setAt(value, ["a", "b", "c"], 2)).toEqual(changed({ a: { secret: 1, kept: [1], b: { c: 2 } } }));
  });

  it("does not lead into objects that control their own serialization", () => {
    class User {
      password = "x";
    }
    for (const opaque of [new User(), new Map(), Buffer.from("x"), { toJSON: () => ({ password: "x" }) }]) {
      expect(deleteAt({ user: opaque }, ["user", "password"])).toEqual({ status: "opaque" });
      expect(setAt([opaque], ["0", "password"], "")).toEqual({ status: "opaque" });
    }
    expect(deleteAt({ user: new User() }, ["user"])).toEqual(changed({}));
  });

  it("has at most 2,000 characters", () => {
    expect(() => parsePointer("/a".repeat(1_001))).toThrow(/at most 2000/);
  });
});

function changed(document: JsonValue): PointerResult {
  return { status: "changed", document };
}
