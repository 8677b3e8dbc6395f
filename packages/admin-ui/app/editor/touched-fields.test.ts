import { describe, expect, it } from "vitest";
import { emptyDraft } from "./draft.ts";
import { isTouched, touchedFields } from "./touched-fields.ts";

describe("touchedFields", () => {
  it("are the fields that were filled in", () => {
    const after = { ...emptyDraft, name: "A", handlermodule: "Counter", options: { counter_name: "a", note: "" } };
    expect([...touchedFields(emptyDraft, after)].sort()).toEqual(["handlermodule", "name", "options.counter_name"]);
    expect(touchedFields(after, { ...after, name: "" })).toEqual(new Set());
  });

  it.each([
    ["name", true],
    ["event", false],
    ["options.lines.0.text", true],
    ["options.note", false],
    ["options", true],
    ["conditions", false],
    ["", true],
  ])("decide whether the problem of %j is shown: %s", (field, shown) => {
    expect(isTouched(field, new Set(["name", "options.lines"]))).toBe(shown);
  });
});
