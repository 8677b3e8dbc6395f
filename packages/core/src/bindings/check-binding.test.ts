import { binding, probe } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type BindingInput,
  createBookend,
  defineHandler,
  memoryBindings,
  parseTemplate,
  ValueError,
} from "../index.js";

const template = z.string().transform((source, context) => {
  try {
    return parseTemplate(source);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    context.addIssue({ code: "custom", message: error.message });
    return z.NEVER;
  }
});
const mailer = defineHandler({
  id: "Mailer",
  description: "Mails.",
  positions: ["post"],
  actions: {
    send: {
      description: "Sends.",
      options: z.strictObject({
        server: z.string(),
        body: template.optional(),
        password: z.string().max(2_000).meta({ "x-secret": true }).optional(),
      }),
      choices: { server: () => ["smtp1"] },
      run: () => undefined,
    },
  },
});
const directories = {
  containers: { find: () => null, ofToken: () => null, countOfUser: () => 0, types: () => ["smartphone"] },
  tokens: { find: () => null, ofUser: () => [], types: () => ["hotp"] },
};
const bookend = createBookend({
  handlers: [probe({ act: () => undefined }), mailer],
  bindings: memoryBindings(),
  events: ["login", "logout"],
  directories,
});
const act = (input: object): BindingInput => binding({ action: "act", ...input });
const send = (options: Record<string, unknown>): BindingInput => ({
  ...act({}),
  handler: "Mailer",
  action: "send",
  options,
});

describe("a binding is refused, with field, value and what is allowed, for", () => {
  it.each([
    [
      "an unknown event",
      act({ events: ["lgin"] }),
      "UNKNOWN_EVENT",
      "events",
      /"lgin".*Did you mean "login".*login, logout/,
    ],
    ["an unknown handler", { ...act({}), handler: "Prob" }, "UNKNOWN_HANDLER", "handler", /"Prob".*Probe, Mailer/],
    ["an unknown action", act({ action: "atc" }), "UNKNOWN_ACTION", "action", /"atc".*act/],
    ["an unknown condition", act({ conditions: { realms: "x" } }), "UNKNOWN_CONDITION", "conditions.realms", /"realm"/],
    ["an unknown option", send({ server: "smtp1", bdy: "x" }), "UNKNOWN_OPTION", "options.bdy", /"body"/],
    ["a missing option", send({}), "OPTION_INVALID", "options.server", /is missing/],
    ["an invalid tag", send({ server: "smtp1", body: "{serail}" }), "OPTION_INVALID", "options.body", /serial/],
    [
      "an invalid position",
      { ...send({ server: "smtp1" }), position: "pre" as const },
      "POSITION_NOT_ALLOWED",
      "position",
      /"pre".*post/,
    ],
    [
      "an invalid address",
      act({ conditions: { client_ip: "10.0.0.256" } }),
      "CONDITION_VALUE_INVALID",
      "conditions.client_ip",
      /10\.0\.0\.256/,
    ],
    [
      "an invalid comparison",
      act({ conditions: { failcounter: ">x" } }),
      "CONDITION_VALUE_INVALID",
      "conditions.failcounter",
      />x.*Allowed/,
    ],
    [
      "an invalid duration",
      act({ conditions: { last_auth: "5w" } }),
      "CONDITION_VALUE_INVALID",
      "conditions.last_auth",
      /5w.*Allowed/,
    ],
    [
      "a look-around",
      act({ conditions: { serial: "(?=A)" } }),
      "CONDITION_VALUE_INVALID",
      "conditions.serial",
      /look-around/,
    ],
    [
      "a directory that is missing",
      act({ conditions: { realm: "r" } }),
      "DIRECTORY_MISSING",
      "conditions.realm",
      /users/,
    ],
    [
      "a delivery without an outbox",
      { ...send({ server: "smtp1" }), delivery: "durable" as const },
      "DELIVERY_NOT_AVAILABLE",
      "delivery",
      /inline/,
    ],
    [
      "more events than a binding can have",
      act({ events: Array(1_001).fill("login") }),
      "FIELD_INVALID",
      "events",
      /1000/,
    ],
    [
      "conditions that are too long",
      act({ conditions: { realm: "r,".repeat(60_000) } }),
      "FIELD_INVALID",
      "conditions",
      /100000 characters/,
    ],
    [
      "more values than conditions can have",
      act({ conditions: Object.fromEntries(Array.from({ length: 5_001 }, (_, n) => [`c${n}`, 1])) }),
      "FIELD_INVALID",
      "conditions",
      /5000 values/,
    ],
    [
      "options that are too long, at any depth",
      send({ server: "smtp1", body: { a: [{ b: "x".repeat(200_001) }] } }),
      "FIELD_INVALID",
      "options",
      /200000 characters/,
    ],
    ["an empty name", act({ name: " " }), "FIELD_INVALID", "name", /" "/],
    ["an ordering that is not an integer", act({ ordering: 1.5 }), "FIELD_INVALID", "ordering", /1\.5.*integer/],
  ])("%s", async (_, input, code, field, message) => {
    const refused = bookend.bindings.add(input);
    await expect(refused).rejects.toMatchObject({
      code: "BINDING_INVALID",
      problems: [{ severity: "error", code, field }],
    });
    await expect(refused).rejects.toThrow(message);
    expect(await bookend.bindings.list()).toEqual([]);
  });

  it("a list of 1,000 unknown events, of which the first 20 are reported", async () => {
    const events = Array.from({ length: 1_000 }, (_, n) => `event_${n}`);
    expect(await bookend.check(act({ events }))).toHaveLength(20);
  });

  it("an invalid secret, without repeating it", async () => {
    const [problem] = await bookend.check(send({ server: "smtp1", password: ["hunter2"] }));
    expect(problem).toMatchObject({ field: "options.password", value: "***" });
    expect(JSON.stringify(problem)).not.toContain("hunter2");
  });
});

describe("messages from third-party code", () => {
  const key = 's3cret-"quoted"';
  const hook = "https://hook.example/in?token=s3cret";
  const leaky = defineHandler({
    id: "Leaky",
    description: "Quotes its options.",
    positions: ["post"],
    actions: {
      send: {
        description: "Sends.",
        options: z.strictObject({
          key: z.string().meta({ "x-secret": true }),
          hook: z.string().meta({ "x-secret": "url" }),
          other: z
            .string()
            .superRefine((_, context) => context.addIssue(`not with ${key}, ${JSON.stringify(key)} and ${hook}`)),
        }),
        run: () => undefined,
      },
      check: {
        description: "Checks.",
        options: z.strictObject({
          key: z.string().meta({ "x-secret": true }),
          hook: z.string().meta({ "x-secret": "url" }),
        }),
        check: ({ options }) => [
          {
            severity: "warning",
            code: "OPTION_INVALID",
            field: "options.hook",
            value: options.hook,
            message: `options.hook: ${options.hook} with ${options.key}.`,
            allowed: `not ${options.key}`,
          },
        ],
        run: () => undefined,
      },
      whole: {
        description: "Performs a check that shows all of its options.",
        options: z.strictObject({
          key: z.string().meta({ "x-secret": true }),
          hook: z.string().meta({ "x-secret": "url" }),
        }),
        check: ({ options }) => {
          const problem = { severity: "warning", code: "OPTION_INVALID", field: "options", value: options } as const;
          return [{ ...problem, message: `options: ${JSON.stringify(options)}`, details: options }];
        },
        run: () => undefined,
      },
    },
  });
  const leaking = createBookend({ handlers: [leaky], bindings: memoryBindings() });
  const base = { name: "b", events: ["token_init"], handler: "Leaky" };

  it.each([
    ["a schema", { ...base, action: "send", options: { key, hook, other: "x" } }],
    ["a check", { ...base, action: "check", options: { key, hook } }],
    ["a check that shows all options", { ...base, action: "whole", options: { key, hook } }],
  ])("contain no secret: %s", async (_, input) => {
    const problems = await leaking.check(input);
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain("s3cret");
    expect(problems[0]?.message).toContain("https://hook.example/in?token=***");
  });
});

describe("a binding is saved with a warning for", () => {
  it.each([
    [
      "a condition that can never be known",
      act({ position: "pre", conditions: { result_value: "True" } }),
      "RESPONSE_BEFORE_CALL",
      "conditions.result_value",
    ],
    ["an option that names a missing object", send({ server: "smtp2" }), "UNKNOWN_CHOICE", "options.server"],
    [
      "a list that contains the name of a missing object",
      act({ conditions: { tokentype: "hotp,hotpp" } }),
      "UNKNOWN_CHOICE",
      "conditions.tokentype",
    ],
    [
      "a condition that names a missing object",
      act({ conditions: { container_type: "phone" } }),
      "UNKNOWN_CHOICE",
      "conditions.container_type",
    ],
  ])("%s", async (_, input, code, field) => {
    expect(await bookend.check(input)).toMatchObject([{ severity: "warning", code, field }]);
    const { id } = await bookend.bindings.add(input);
    await bookend.bindings.remove(id);
  });
});
