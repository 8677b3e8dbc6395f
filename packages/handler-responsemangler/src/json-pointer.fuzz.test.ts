import type { JsonValue } from "@bookend/core";
import { fuzzSettings, hostilePointer, hostileValue } from "@bookend/test-kit/hostile";
import fc from "fast-check";
import { expect, it } from "vitest";
import { deleteAt, type Path, parsePointer, setAt } from "./json-pointer.js";

/** A document that contains values at the paths of many pointers. */
const document = fc.oneof(
  hostileValue,
  hostileValue.map((value) => ({
    result: { value: [value, { a: value }] },
    detail: { a: value, "": [value] },
    a: value,
  })),
);

it("fuzzed pointers are refused or followed, and change neither the original document nor Object.prototype", () => {
  fc.assert(
    fc.property(hostilePointer, document, hostileValue, (source, before, value) => {
      let path: Path;
      try {
        path = parsePointer(source);
      } catch (error) {
        expect((error as Error).constructor).toBe(Error);
        return;
      }
      const copy = structuredClone(before);
      const set = setAt(before, path, value as JsonValue);
      const removed = deleteAt(before, path);
      expect(before).toEqual(copy);
      expect(Object.keys(Object.prototype)).toEqual([]);
      if (set.status === "changed") expect(["changed", "absent"]).toContain(deleteAt(set.document, path).status);
      if (removed.status === "changed") expect(setAt(removed.document, path, 1).status).toBe("changed");
    }),
    fuzzSettings(1_500),
  );
});
