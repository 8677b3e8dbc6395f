import { sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { openDatabase } from "./database.js";

describe("parameters on SQLite", async () => {
  const database = await openDatabase({ url: "sqlite::memory:" });
  afterAll(() => database.close());
  const stored = async (value: unknown) =>
    (
      await sql<{ type: string; value: unknown }>`select typeof(${value}) as type, ${value} as value`.execute(
        database.db,
      )
    ).rows[0];

  it.each([
    [7, "integer", 7],
    [-0, "integer", 0],
    [Number.MAX_SAFE_INTEGER, "integer", Number.MAX_SAFE_INTEGER],
    [7n, "integer", 7],
    [0.5, "real", 0.5],
    ["Grüße 🙂", "text", "Grüße 🙂"],
    ["", "text", ""],
    [null, "null", null],
    [undefined, "null", null],
  ])("keeps %s as %s", async (value, type, read) => {
    expect(await stored(value)).toEqual({ type, value: read });
  });

  it.each([
    ["a boolean", true],
    ["text with NUL", "hunter2\0x"],
    ["a date", new Date(0)],
    ["an object", { secret: "hunter2" }],
    ["not a number", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["a whole number of more than 64 bits", 2n ** 64n],
    ["binary data", Buffer.from("hunter2")],
    ["a symbol", Symbol("hunter2")],
  ])("refuses %s", async (_, value) => {
    await expect(stored(value)).rejects.toMatchObject({
      code: "PARAMETER_INVALID",
      message: expect.not.stringContaining("hunter2"),
    });
  });
});
