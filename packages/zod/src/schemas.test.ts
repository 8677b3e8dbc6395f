import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  choice,
  durations,
  flag,
  form,
  integer,
  names,
  optional,
  optionalText,
  secret,
  template,
  text,
  withDefault,
} from "./index.js";

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema, ...rest } = schema["~standard"].jsonSchema.input({ target: "draft-2020-12" });
  expect(z.toJSONSchema(schema, { io: "input" })).toEqual({ $schema, ...rest });
  return rest;
}

/** Returns the messages for an object with one option. */
function refusals(schema: z.ZodType, value: unknown): string[] {
  const given = value === undefined ? {} : { option: value };
  const result = z.strictObject({ option: schema })["~standard"].validate(given);
  if (result instanceof Promise) throw new Error("not synchronous");
  return (result.issues ?? []).map(({ message }) => message);
}

describe("flag", () => {
  test.each([true, 1, "True", "true", "TRUE", "1", " true", " 1 "])("parses %j as true", (value) => {
    expect(flag().parse(value)).toBe(true);
  });

  test.each([false, 0, "False", "false", "FALSE", "0"])("parses %j as false", (value) => {
    expect(flag().parse(value)).toBe(false);
  });

  test.each(["", "yes", "tRUE", 2, null, undefined, [], {}])("refuses %j", (value) => {
    expect(refusals(flag(), value)).toEqual([
      "must be true, false (as text: True, true, TRUE, 1, False, false, FALSE, 0)",
    ]);
  });
});

describe("durations", () => {
  const pauses = durations({ min: "1s", max: "24d", maxItems: 3 });

  test.each([
    ["5s", [5_000]],
    [" 5s,5m , 2 h", [5_000, 300_000, 7_200_000]],
  ])("parses %j as %j", (value, milliseconds) => expect(pauses.parse(value)).toEqual(milliseconds));

  test.each([
    ["", "must be a string of 1 to 2000 characters"],
    [",", '"" is not a duration'],
    ["5s,", '"" is not a duration'],
    ["5s, 0s", '"0s" is too short'],
    ["25d", '"25d" is too long'],
    ["1s,1s,1s,1s", "more than 3 durations"],
    ["1s,".repeat(600), "more than 3 durations"],
    [5, "must be a string"],
  ])("refuses %j", (value, why) => {
    expect(refusals(pauses, value)).toEqual([expect.stringContaining(why)]);
  });
});

describe("integer", () => {
  test.each([
    [50, 50],
    ["50", 50],
    ["-3", -3],
    ["+4", 4],
    ["007", 7],
    [0, 0],
  ])("parses %j as %d", (value, number) => {
    expect(integer().parse(value)).toBe(number);
  });

  test.each(["5.0", " 5x", "", " 5", "0x10", "1e3", "9".repeat(30), 5.5, Number.NaN, 2 ** 60, null, true, undefined])(
    "refuses %j",
    (value) => {
      expect(refusals(integer(), value)).toEqual(["must be an integer"]);
    },
  );

  test("enforces its limits", () => {
    expect([1, "31"].map((value) => integer({ min: 1, max: 31 }).parse(value))).toEqual([1, 31]);
    for (const value of [0, "32"]) {
      expect(refusals(integer({ min: 1, max: 31 }), value)).toEqual(["must be an integer from 1 to 31"]);
    }
    expect(refusals(integer({ min: 0 }), "-1")).toEqual(["must be an integer of at least 0"]);
    expect(refusals(integer({ max: 9 }), 10)).toEqual(["must be an integer of at most 9"]);
  });
});

test("text enforces its length", () => {
  expect(text().parse("x")).toBe("x");
  expect(text({ minLength: 0 }).parse("")).toBe("");
  expect(refusals(text(), "")).toEqual(["must be a string of 1 to 2000 characters"]);
  expect(refusals(text(), undefined)).toEqual(["must be a string of 1 to 2000 characters"]);
  expect(refusals(text(), 5)).toEqual(["must be a string of 1 to 2000 characters"]);
  expect(refusals(text({ minLength: 0, maxLength: 3 }), "four")).toEqual(["must be a string of at most 3 characters"]);
  expect(text({ multiline: true }).parse("x".repeat(262_144))).toHaveLength(262_144);
});

test("secret is a string that does not appear in any message", () => {
  expect(secret().parse("s3cret")).toBe("s3cret");
  expect(refusals(secret({ maxLength: 3 }), "s3cret")).toEqual(["must be a string of 1 to 3 characters"]);
});

test("choice accepts only its strings", () => {
  expect(choice(["plain", "html"]).parse("html")).toBe("html");
  for (const value of ["HTML", "", undefined, 1]) {
    expect(refusals(choice(["plain", "html"]), value)).toEqual(["must be one of: plain, html"]);
  }
});

test("names parses a list", () => {
  expect(names().parse("a, b ,,a")).toEqual(["a", "b"]);
  expect(names().parse(["a", " b "])).toEqual(["a", "b"]);
  for (const value of ["", " , ", [], [1], 7, undefined, { length: 1 }, "a,b,c"]) {
    expect(refusals(names({ maxItems: 2 }), value)).toEqual(["must be a comma-separated list of 1 to 2 names"]);
  }
});

test("template parses a string, or reports an unknown tag with the nearest one and what is allowed", () => {
  const body = template({ extraTags: ["random"] }).parse("Hello {user} {random}");
  expect(body.render({ user: "Alice", random: "x7" })).toBe("Hello Alice x7");
  expect(template({ minLength: 0 }).parse("").render({})).toBe("");
  const [message, ...more] = refusals(template(), "{usernme}");
  expect(message).toMatch(/^there is no tag \{usernme\}; did you mean \{username\}\? Allowed: the tags .*\{serial\}/);
  expect(more).toEqual([]);
  expect(refusals(template(), "{random}")[0]).toContain("{random}");
  expect(refusals(template(), undefined)).toEqual(["must be a string of 1 to 262144 characters"]);
});

describe("an optional option", () => {
  const options = z.strictObject({
    reply_to: optionalText(),
    count: optional(integer({ min: 1 })),
    mimetype: withDefault(choice(["plain", "html"]), "plain"),
    raise: withDefault(flag(), "False"),
    message: withDefault(template(), "event={action}"),
  });

  test.each([
    [{}],
    [{ reply_to: "", count: "", mimetype: "", raise: "", message: "" }],
    [{ reply_to: null, count: null, mimetype: null }],
  ])("may be missing, empty or null: %j", (given) => {
    const { message, ...rest } = options.parse(given);
    expect(rest).toEqual({ mimetype: "plain", raise: false });
    expect(message.source).toBe("event={action}");
  });

  test("is parsed if given", () => {
    const { message, ...rest } = options.parse({
      reply_to: "x",
      count: "2",
      mimetype: "html",
      raise: "1",
      message: "m",
    });
    expect(rest).toEqual({ reply_to: "x", count: 2, mimetype: "html", raise: true });
    expect(message.source).toBe("m");
    expect(refusals(optional(integer({ min: 1 })), "0")).toEqual(["must be an integer of at least 1"]);
    expect(refusals(withDefault(choice(["a", "b"]), "a"), "c")).toEqual(["must be one of: a, b"]);
  });
});

test("the JSON Schema describes the stored values", () => {
  const options = z.strictObject({
    To: choice(["tokenowner", "email"]).describe("Kind of recipient."),
    "To email": optionalText()
      .describe("Addresses.")
      .meta(form({ visibleIf: { option: "To", value: "email" }, group: "recipient", title: "Addresses" })),
    body: withDefault(template({ multiline: true, extraTags: ["random"] }), "Hello {user}").describe("The text."),
    notes: text({ multiline: true, maxLength: 10 }),
    password: optional(secret().describe("Its password.")),
    attach: withDefault(flag().describe("Attach it."), false),
    count: integer({ min: 1, max: 31 }).meta(form({ widget: "text" })),
    realms: optional(names()).describe("Realms."),
  });
  const lines = { "x-widget": "text" };
  const flags = "true, false (as text: True, true, TRUE, 1, False, false, FALSE, 0)";
  expect(jsonSchema(options)).toEqual({
    type: "object",
    additionalProperties: false,
    required: ["To", "notes", "count"],
    properties: {
      To: { type: "string", enum: ["tokenowner", "email"], description: "Kind of recipient." },
      "To email": {
        type: "string",
        minLength: 1,
        maxLength: 2000,
        title: "Addresses",
        description: "Addresses.",
        "x-visible-if": { option: "To", value: "email" },
        "x-group": "recipient",
      },
      body: {
        type: "string",
        minLength: 1,
        maxLength: 262144,
        default: "Hello {user}",
        description: "The text.",
        "x-tags": ["random"],
        ...lines,
      },
      notes: { type: "string", minLength: 1, maxLength: 10, ...lines },
      password: { type: "string", minLength: 1, maxLength: 2000, description: "Its password.", "x-secret": true },
      attach: { type: ["boolean", "string", "integer"], default: false, description: "Attach it.", "x-allowed": flags },
      count: {
        type: ["integer", "string"],
        minimum: 1,
        maximum: 31,
        "x-allowed": "an integer from 1 to 31",
        ...lines,
      },
      realms: {
        type: ["string", "array"],
        items: { type: "string" },
        description: "Realms.",
        "x-allowed": "a comma-separated list of 1 to 1000 names",
      },
    },
  });
});
