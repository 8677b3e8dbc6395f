import { probe, worldOf } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import { createBookend, memoryBindings } from "../index.js";
import { asciiNotes } from "./ascii-notes.js";

describe("classes of letters", () => {
  it.each([
    ["\\w+@x", 1],
    ["\\bword\\b", 1],
    ["[\\w-]+\\W\\B\\b", 4],
    ["\\\\w", 0],
    ["\\\\\\w", 1],
    ["\\Q\\w\\E", 0],
    ["\\Q\\w\\E\\b", 1],
    ["\\p{L}+", 0],
    ["word", 0],
  ])("%s: %i notes", (source, count) => {
    const notes = asciiNotes(source);
    expect(notes).toHaveLength(count);
    for (const note of notes) expect(note).toMatch(/\\[pP]\{L\}/);
  });

  it("cause notes when a condition is checked", async () => {
    const handler = probe({ run: () => undefined });
    const { directories } = worldOf({ now: "2026-03-15T12:00:00Z", realms: {} });
    const bookend = createBookend({ handlers: [handler], bindings: memoryBindings(), directories });
    const conditions = { detail_message: "\\w+", tokeninfo: "a 'matches' \\bx", user_info: "a == \\w", serial: "X" };
    const problems = await bookend.check({ name: "b", events: ["e"], handler: handler.id, action: "run", conditions });
    expect(problems.map(({ severity, code, field }) => [severity, code, field])).toEqual([
      ["warning", "PATTERN_ASCII", "conditions.detail_message"],
      ["warning", "PATTERN_ASCII", "conditions.tokeninfo"],
    ]);
  });
});
