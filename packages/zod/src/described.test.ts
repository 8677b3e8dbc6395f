import {
  createBookend,
  defineHandler,
  describeAction,
  describePrivacyideaActions,
  memoryBindings,
} from "@bookend/core";
import { expect, test } from "vitest";
import * as z from "zod";
import {
  choice,
  flag,
  form,
  integer,
  jsonSchemaOf,
  names,
  optional,
  optionalText,
  secret,
  template,
  text,
  withDefault,
} from "./index.js";

const options = z.strictObject({
  emailconfig: text().describe("Name of the SMTP server."),
  To: choice(["tokenowner", "email"]).describe("Kind of recipient."),
  "To email": optionalText()
    .describe("Addresses.")
    .meta(form({ visibleIf: { option: "To", value: "email" }, group: "recipient" })),
  body: withDefault(template({ multiline: true }), "Hello {user}").describe("The text."),
  attach_qrcode: withDefault(flag(), false).describe("Attach the QR code."),
  count: optional(integer({ max: 9 })),
  realms: optional(names()),
  password: optional(secret()),
});
const mail = defineHandler({
  id: "Mail",
  description: "Sends mails.",
  positions: ["pre", "post"],
  actions: { sendmail: { description: "Sends a mail.", options, run: () => undefined } },
});
const { registry, check } = createBookend({ handlers: [mail], bindings: memoryBindings() });

test("core describes an action with these schemas", async () => {
  const described = await describeAction(registry, "Mail", "sendmail");
  expect(described?.options).toMatchObject({
    type: "object",
    required: ["emailconfig", "To"],
    additionalProperties: false,
    properties: { password: { "x-secret": true }, body: { "x-widget": "text", default: "Hello {user}" } },
  });
});

test("core describes these options in the format of privacyIDEA's forms", async () => {
  const { sendmail = {} } = (await describePrivacyideaActions(registry, "Mail", {})) ?? {};
  const kinds = Object.entries(sendmail).map(([name, { type, required }]) => [name, required ? `${type}!` : type]);
  expect(Object.fromEntries(kinds)).toEqual({
    emailconfig: "str!",
    To: "str!",
    "To email": "str",
    body: "text",
    attach_qrcode: "bool",
    count: "int",
    realms: "str",
    password: "str",
  });
  expect(sendmail.To).toMatchObject({ description: "Kind of recipient.", value: ["tokenowner", "email"] });
  expect(sendmail["To email"]).toMatchObject({ visibleIf: "To", visibleValue: "email", group: "recipient" });
});

test("an invalid option is a problem of the binding, and the problem does not contain a secret", async () => {
  const given = { emailconfig: "smtp1", To: "email", count: "ten", password: `s3cret${"x".repeat(2_000)}` };
  const problems = await check({ name: "b", events: ["e"], handler: "Mail", action: "sendmail", options: given });
  expect(problems.map(({ field, code }) => [field, code])).toEqual([
    ["options.count", "OPTION_INVALID"],
    ["options.password", "OPTION_INVALID"],
  ]);
  expect(JSON.stringify(problems)).not.toContain("s3cret");
});

test("jsonSchemaOf returns the same as the schema itself", () => {
  expect(jsonSchemaOf(options)).toEqual(options["~standard"].jsonSchema.input({ target: "draft-2020-12" }));
});
