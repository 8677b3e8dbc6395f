import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Directories } from "../contracts/directories.js";
import { flag } from "../values/flag.js";
import { nameSet } from "../values/name-set.js";
import { defineCondition } from "./condition.js";
import { describeAction, describeConditions, describeHandler } from "./describe.js";
import { optionsJsonSchemaOf, redactionOf, redactOptions, secretOptionsOf } from "./describe-options.js";
import { describePrivacyideaActions, describePrivacyideaConditions } from "./describe-privacyidea.js";
import { defineAction, defineHandler } from "./handler.js";
import { createRegistry } from "./registry.js";

const sendmail = defineAction({
  description: "Sends a mail.",
  options: z.strictObject({
    emailconfig: z.string().describe("Name of the SMTP server."),
    To: z.enum(["tokenowner", "email"]).describe("Kind of recipient."),
    "To email": z
      .string()
      .describe("Addresses.")
      .meta({ "x-visible-if": { option: "To", value: "email" }, "x-group": "recipient" })
      .optional(),
    body: z.string().meta({ "x-widget": "text" }).prefault("Hello {user}").describe("The text."),
    attach_qrcode: z
      .unknown()
      .meta({ type: ["boolean", "string", "integer"] })
      .optional()
      .describe("Attach the QR code."),
    count: z
      .unknown()
      .meta({ type: ["integer", "string"] })
      .optional(),
    password: z.string().meta({ "x-secret": true }).optional(),
  }),
  choices: { emailconfig: async () => ["smtp1", "smtp2"] },
  run: () => undefined,
});

const ping = defineAction({
  description: "Does nothing.",
  positions: ["post"],
  options: z.strictObject({}),
  run: () => undefined,
});

const mail = defineHandler({
  id: "Mail",
  description: "Sends mails.",
  positions: ["pre", "post"],
  actions: { sendmail, ping },
  abortOnError: true,
});

const realm = defineCondition({
  name: "realm",
  group: "user",
  description: "The user is in one of these realms.",
  value: nameSet({ of: "realms", choices: ({ users }) => users?.realms?.() }),
  needs: ["users"],
  actual: () => "realm1",
  matches: (names, name) => names.has(name),
});

const status = defineCondition({
  name: "result_status",
  group: "general",
  description: "Whether the call succeeded.",
  value: flag(),
  positions: ["post"],
  actual: () => true,
  matches: (wanted, actual) => wanted === actual,
});

const registry = createRegistry([mail], [realm, status]);
const directories: Directories = {
  users: { find: () => null, resolversOf: () => [], realms: async () => ["realm1", "realm2"] },
};

test("a handler is described with its actions and conditions", async () => {
  const described = await describeHandler(registry, "Mail", directories);
  expect(described).toMatchObject({
    id: "Mail",
    description: "Sends mails.",
    positions: ["pre", "post"],
    abortOnError: true,
    actions: [{ name: "sendmail" }, { name: "ping", positions: ["post"] }],
    conditions: [{ name: "realm" }, { name: "result_status" }],
  });
  expect(await describeHandler(registry, "Male", directories)).toBeUndefined();
});

test("an action's current choices are suggestions, not restrictions", async () => {
  const described = await describeAction(registry, "Mail", "sendmail");
  expect(described).toMatchObject({
    name: "sendmail",
    description: "Sends a mail.",
    positions: ["pre", "post"],
    options: { title: "sendmail", description: "Sends a mail.", type: "object", required: ["emailconfig", "To"] },
  });
  expect(described?.options.properties).toMatchObject({
    emailconfig: { type: "string", description: "Name of the SMTP server.", "x-choices": ["smtp1", "smtp2"] },
    To: { enum: ["tokenowner", "email"] },
    body: { "x-widget": "text", default: "Hello {user}" },
    password: { "x-secret": true },
  });
  expect(described).not.toHaveProperty("options.properties.emailconfig.enum");
  expect(optionsJsonSchemaOf(sendmail)).not.toHaveProperty("properties.emailconfig.x-choices");
  expect(await describeAction(registry, "Mail", "toString")).toBeUndefined();
  expect(await describeAction(registry, "Male", "sendmail")).toBeUndefined();
});

test("conditions that this host cannot evaluate are not described", async () => {
  expect(await describeConditions(registry, "Mail", directories)).toEqual([
    {
      name: "realm",
      group: "user",
      description: "The user is in one of these realms.",
      widget: "multi",
      allowed: "a comma-separated list of realms",
      positions: ["pre", "post"],
      value: expect.objectContaining({ title: "realm", "x-choices": ["realm1", "realm2"] }),
    },
    expect.objectContaining({
      name: "result_status",
      positions: ["post"],
      value: expect.objectContaining({ "x-choices": ["True", "False"] }),
    }),
  ]);
  const without = await describeConditions(registry, "Mail", {});
  expect(without.map(({ name }) => name)).toEqual(["result_status"]);
});

describe("a form shows the reason instead of choices that cannot be looked up", () => {
  const rejected: () => Promise<readonly string[]> = () => Promise.reject(new Error("the password is 1234"));
  test.each<[string, () => unknown, string]>([
    ["reject", rejected, "Error UNKNOWN"],
    [
      "throw",
      () => {
        throw new RangeError("the password is 1234");
      },
      "RangeError UNKNOWN",
    ],
    ["never end", () => new Promise(() => undefined), "BookendError LOOKUP_TIMEOUT"],
    ["are not a list", () => 42, "TypeError UNKNOWN"],
    ["are not strings", () => [1], "TypeError UNKNOWN"],
  ])("if they %s", async (_, choices, fault) => {
    const names = choices as () => readonly string[];
    const place = defineCondition({ ...realm, name: "place", value: { ...realm.value, choices: names } });
    const failing = { ...sendmail, choices: { emailconfig: names } };
    const broken = createRegistry([defineHandler({ ...mail, actions: { failing, ping } })], [place], {
      lookupTimeoutMs: 10,
    });
    const described = await describeHandler(broken, "Mail", directories);
    const problem = `The choices cannot be looked up (${fault}).`;
    expect(described?.actions.map(({ name }) => name)).toEqual(["failing", "ping"]);
    expect(described?.actions[0]?.options).toHaveProperty("properties.emailconfig.x-choices-problem", problem);
    expect(described?.conditions[0]?.value).toMatchObject({ "x-choices-problem": problem });
    expect(JSON.stringify(described)).not.toContain("1234");
  });
});

describe("options of any schema library", () => {
  const validate = (value: unknown) => ({ value });
  const plain: StandardSchemaV1 = { "~standard": { version: 1, vendor: "test", validate } };

  test("are described by the library, only once", () => {
    let asked = 0;
    const input = ({ target }: { target: string }) => ({ asked: ++asked, target });
    const schema: StandardSchemaV1 & StandardJSONSchemaV1 = {
      "~standard": { version: 1, vendor: "test", validate, jsonSchema: { input, output: input } },
    };
    const action = defineAction({ description: "", options: schema, run: () => undefined });
    expect(optionsJsonSchemaOf(action)).toEqual({ asked: 1, target: "draft-2020-12" });
    expect(optionsJsonSchemaOf(action)).toBe(optionsJsonSchemaOf(action));
  });

  test("can be described by the action", () => {
    const optionsJsonSchema = { type: "object", properties: { a: { type: "string" } } };
    const described = defineAction({ description: "", options: plain, optionsJsonSchema, run: () => undefined });
    expect(optionsJsonSchemaOf(described)).toBe(optionsJsonSchema);
  });

  test("can be marked as secret at any depth", () => {
    const optionsJsonSchema = {
      properties: {
        top: { "x-secret": true },
        nested: { type: "object", properties: { inner: { "x-secret": true } } },
        either: { anyOf: [{ type: "null" }, { "x-secret": true }] },
        listed: { items: { $ref: "#/$defs/a~1secret" } },
        loop: { $ref: "#/$defs/loop" },
        gone: { $ref: "#/$defs/gone" },
        open: { type: "string" },
        quoted: { "x-secret": "no" },
      },
      $defs: { "a/secret": { "x-secret": true }, loop: { items: { $ref: "#/$defs/loop" } } },
    };
    const action = defineAction({ description: "", options: plain, optionsJsonSchema, run: () => undefined });
    expect([...secretOptionsOf(action)]).toEqual(["top", "nested", "either", "listed"]);
  });
});

test("redaction hides only the secret parts of a URL, and restores only values that are exactly as it showed them", () => {
  const optionsJsonSchema = {
    properties: {
      hook: { "x-secret": "url" },
      either: { anyOf: [{ "x-secret": "url" }] },
      key: { "x-secret": true },
      open: {},
    },
  };
  const action = defineAction({
    description: "",
    options: z.strictObject({}),
    optionsJsonSchema,
    run: () => undefined,
  });
  const hook = "https://hook.example/in?token=s3cret";
  const shown = "https://hook.example/in?token=***";
  expect([...secretOptionsOf(action)]).toEqual(["hook", "either", "key"]);
  expect(redactOptions(action, { hook, either: hook, key: hook, open: hook })).toEqual({
    hook: shown,
    either: shown,
    key: "***",
    open: hook,
  });
  expect(redactOptions(action, { hook: { url: hook } })).toEqual({ hook: "***" });
  const { restore } = redactionOf(action);
  expect(restore({ hook: shown, key: "***", open: "***" }, { hook, key: "a***b" })).toEqual({
    values: { hook, key: "a***b", open: "***" },
    missing: [],
  });
  expect(restore({ hook: `${shown}1`, key: "***" }, { hook })).toEqual({ values: {}, missing: ["hook", "key"] });
  expect(restore({ hook: `${hook}1`, key: "a***b" }, {}).missing).toEqual([]);
  expect(redactionOf(undefined).restore({ a: "***", b: "***" }, { a: 1 })).toEqual({
    values: { a: 1 },
    missing: ["b"],
  });
});

test("redacted options contain no secret; if their action is not registered, all of them are hidden", () => {
  const options = { emailconfig: "smtp1", password: "s3cret" };
  expect([...secretOptionsOf(sendmail)]).toEqual(["password"]);
  expect(redactOptions(sendmail, options)).toEqual({ emailconfig: "smtp1", password: "***" });
  expect(redactOptions(undefined, options)).toEqual({ emailconfig: "***", password: "***" });
});

describe("in privacyIDEA's format", () => {
  test("actions", async () => {
    expect(await describePrivacyideaActions(registry, "Mail", directories)).toEqual({
      sendmail: {
        emailconfig: {
          type: "str",
          required: true,
          description: "Name of the SMTP server.",
          value: ["smtp1", "smtp2"],
        },
        To: { type: "str", required: true, description: "Kind of recipient.", value: ["tokenowner", "email"] },
        "To email": {
          type: "str",
          required: false,
          description: "Addresses.",
          visibleIf: "To",
          visibleValue: "email",
          group: "recipient",
        },
        body: { type: "text", required: false, description: "The text." },
        attach_qrcode: { type: "bool", required: false, description: "Attach the QR code." },
        count: { type: "int", required: false, description: "" },
        password: { type: "str", required: false, description: "" },
      },
      ping: {},
    });
    expect(await describePrivacyideaActions(registry, "Male", directories)).toBeUndefined();
  });

  test("conditions", async () => {
    expect(await describePrivacyideaConditions(registry, "Mail", directories)).toEqual({
      realm: {
        type: "multi",
        desc: "The user is in one of these realms.",
        group: "user",
        value: [{ name: "realm1" }, { name: "realm2" }],
      },
      result_status: {
        type: "str",
        desc: "Whether the call succeeded.",
        group: "general",
        value: ["True", "False"],
      },
    });
  });
});
