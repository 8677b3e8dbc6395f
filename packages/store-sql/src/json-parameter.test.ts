import { describeEachDatabase } from "@bookend/test-kit/databases";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { jsonParameter, openDatabase } from "./index.js";

describeEachDatabase("a string that a statement extracts from JSON", ({ freshUrl, dialect }) => {
  it.each([
    ["half of a surrogate pair", "a\ud83db", "a\ufffdb"],
    ["the other half", "\ude00", "\ufffd"],
    ["a pair, with halves around it", "\ude00\u{1f600}\ud83d", "\ufffd\u{1f600}\ufffd"],
    ["a backslash before characters that look like an escaped half", "\\ud83d \\\\udc00", "\\ud83d \\\\udc00"],
    ["a backslash before a half", "\\\ud83d", "\\\ufffd"],
    ["quotes, control characters and U+D7FF", '"\n\u0001\ud7ff', '"\n\u0001\ud7ff'],
  ])("has U+FFFD for each half of a surrogate pair: %s", async (_, given, expected) => {
    const { db, close } = await openDatabase<object>({ url: await freshUrl() });
    onTestFinished(close);
    const json = jsonParameter([{ v: given }]);
    const value =
      dialect === "sqlite"
        ? sql`json_extract(${json}, '$[0].v')`
        : sql`cast(cast(${json} as jsonb) -> 0 ->> 'v' as text)`;
    const { rows } = await sql<{ value: string }>`select ${value} as value`.execute(db);
    expect(rows).toEqual([{ value: expected }]);
    expect(JSON.parse(json)).toEqual([{ v: expected }]);
  });
});
