import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { asAdmin } from "./api-client.js";
import { temporaryDirectory, testServer } from "./test-server.js";

type Type = "str" | "bool" | "int" | "text";

/** An option: its type, whether it is required, its choices, and the other option with the value that makes it visible. */
type Option = readonly [
  type: Type,
  need: "required" | "optional",
  choices?: readonly string[] | undefined,
  visible?: readonly [option: string, value: string],
];
type Actions = Readonly<Record<string, Readonly<Record<string, Option>>>>;

const text: Option = ["str", "optional"];
const body: Option = ["text", "optional"];
const number: Option = ["int", "optional"];
const yesOrNo: Option = ["bool", "optional"];
const name: Option = ["str", "required"];

/** The realms of the demo, the kinds of recipients, and the token types. */
const realms = ["branch", "corp", "partners"];
const recipients = ["tokenowner", "logged_in_user", "internal admin", "admin realm", "email"];
const types = ["hotp", "totp", "spass", "pw", "registration", "email", "sms", "paper", "tan", "applspec", "push"];

function recipient(kind: "To" | "reply_to"): Record<string, Option> {
  const companion = (of: string, choices?: readonly string[]): Option => ["str", "optional", choices, [kind, of]];
  return {
    [kind]: ["str", kind === "To" ? "required" : "optional", recipients],
    [`${kind} tokenowner`]: companion("tokenowner"),
    [`${kind} logged_in_user`]: companion("logged_in_user"),
    [`${kind} internal admin`]: companion("internal admin", ["admin"]),
    [`${kind} admin realm`]: companion("admin realm", realms),
    [`${kind} email`]: companion("email"),
  };
}

const states = { active: yesOrNo, disabled: yesOrNo, lost: yesOrNo, damaged: yesOrNo };
const field: Record<string, Option> = { key: name, value: text };
const attributeOf: Option = ["str", "optional", ["tokenowner", "logged_in_user"]];

const script: Record<string, Option> = {
  background: ["str", "required", ["background", "wait"]],
  raise_error: ["bool", "optional", undefined, ["background", "wait"]],
  sync_to_database: yesOrNo,
  serial: yesOrNo,
  user: yesOrNo,
  realm: yesOrNo,
  logged_in_user: yesOrNo,
  logged_in_role: yesOrNo,
};

/** Every module with every action and every option, under the names in privacyIDEA's documentation. */
const modules: Readonly<Record<string, Actions>> = {
  UserNotification: {
    sendmail: {
      emailconfig: ["str", "required", ["demo"]],
      ...recipient("To"),
      ...recipient("reply_to"),
      subject: text,
      mimetype: ["str", "optional", ["plain", "html"]],
      attach_qrcode: yesOrNo,
      body,
      // not in privacyIDEA
      max_age: text,
      retry_schedule: text,
    },
    sendsms: {
      To: ["str", "required", ["tokenowner"]],
      smsconfig: ["str", "required", ["demo"]],
      body,
      // not in privacyIDEA
      max_age: text,
      retry_schedule: text,
      resend_uncertain: yesOrNo,
    },
    savefile: { filename: name, body: ["text", "required"] },
  },
  Token: {
    "set tokenrealm": { realm: ["str", "required", realms], only_realm: yesOrNo },
    delete: {},
    unassign: {},
    disable: {},
    enable: {},
    enroll: {
      tokentype: ["str", "required", types],
      user: yesOrNo,
      realm: ["str", "optional", realms],
      dynamic_phone: ["bool", "optional", undefined, ["tokentype", "sms"]],
      dynamic_email: ["bool", "optional", undefined, ["tokentype", "email"]],
      smtp_identifier: ["str", "optional", ["demo"], ["tokentype", "email"]],
      sms_identifier: ["str", "optional", ["demo"], ["tokentype", "sms"]],
      motppin: ["str", "optional", undefined, ["tokentype", "motp"]],
      container: yesOrNo,
      additional_params: body,
    },
    "set description": { description: text },
    "set validity": { "valid from": text, "valid till": text },
    "set countwindow": { "count window": number },
    "set tokeninfo": field,
    "increase tokeninfo": { key: name, increment: number },
    "delete tokeninfo": { key: text },
    "set failcounter": { "fail counter": number },
    "change failcounter": { "change fail counter": number },
    "set max failcount": { "max failcount": ["int", "required"] },
    "set random pin": { length: number },
    "add tokengroup": { tokengroup: ["str", "required", ["office"]] },
    "remove tokengroup": { tokengroup: ["str", "required", ["office"]] },
    "attach application": {
      application: ["str", "required", ["ssh", "offline", "luks"]],
      // empty, since no machine has a token yet
      "machine ID": ["str", "optional", []],
      service_id: ["str", "optional", undefined, ["application", "ssh"]],
      user: ["str", "optional", undefined, ["application", "ssh"]],
      count: ["int", "optional", undefined, ["application", "offline"]],
      rounds: ["int", "optional", undefined, ["application", "offline"]],
      slot: ["int", "optional", undefined, ["application", "luks"]],
      partition: ["str", "optional", undefined, ["application", "luks"]],
    },
  },
  Container: {
    create: {
      type: ["str", "required", ["generic", "smartphone", "yubikey"]],
      description: text,
      user: yesOrNo,
      token: yesOrNo,
    },
    delete: {},
    unassign: {},
    assign: {},
    "set states": states,
    "add states": states,
    "set description": { description: name },
    "remove all tokens": {},
    "set container info": field,
    "add container info": field,
    "delete container info": { key: text },
    "enable all tokens": {},
    "disable all tokens": {},
    unregister: {},
  },
  Counter: {
    increase_counter: { counter_name: name },
    decrease_counter: { counter_name: name, allow_negative_values: yesOrNo },
    reset_counter: { counter_name: name },
  },
  CustomUserAttributes: {
    set_custom_user_attributes: { user: attributeOf, attrkey: name, attrvalue: text },
    delete_custom_user_attributes: { user: attributeOf, attrkey: name },
  },
  Federation: {
    forward: {
      privacyIDEA: ["str", "required", ["self"]],
      realm: text,
      resolver: text,
      forward_client_ip: yesOrNo,
      forward_authorization_token: yesOrNo,
    },
  },
  RequestMangler: {
    delete: { parameter: name },
    set: { parameter: name, value: name, match_parameter: text, match_pattern: text, reset_user: yesOrNo },
  },
  ResponseMangler: {
    delete: { "JSON pointer": name },
    set: { "JSON pointer": name, type: ["str", "required", ["string", "integer", "bool"]], value: name },
  },
  Logging: {
    logging: { name: text, level: ["str", "optional", ["ERROR", "WARNING", "INFO", "DEBUG"]], message: body },
  },
  Script: { "list-revoked-token.sh": script },
  WebHook: {
    post_webhook: {
      URL: name,
      content_type: [
        "str",
        "required",
        [
          "application/json",
          "application/x-www-form-urlencoded",
          "application/cloudevents+json",
          "json",
          "urlencoded",
          "cloudevents",
        ],
      ],
      replace: yesOrNo,
      data: ["text", "required"],
      // not in privacyIDEA
      headers: ["text", "optional"],
      max_age: text,
      retry_schedule: text,
      ordered: yesOrNo,
      subject: ["str", "optional", undefined, ["content_type", "application/cloudevents+json"]],
    },
  },
};

/** Converts an option to the format of the API. */
function shown([type, need, value, visible]: Option) {
  return {
    type,
    required: need === "required",
    description: expect.stringMatching(/^\S.*\.( .*)?$/s),
    ...(value && { value }),
    ...(visible && { visibleIf: visible[0], visibleValue: visible[1] }),
  };
}

it("there are eleven modules with all their actions and options", async () => {
  const { api, domain } = await testServer();
  await domain.tokenGroups.save("office", "");
  const admin = await asAdmin(api);
  const value = async (path: string) => (await admin.call("GET", path)).body.result.value;
  expect([...(await value("/event/handlermodules"))].sort()).toEqual(Object.keys(modules).sort());
  for (const [module, actions] of Object.entries(modules)) {
    const expected = Object.entries(actions).map(([action, options]) => [
      action,
      Object.fromEntries(Object.entries(options).map(([option, how]) => [option, shown(how)])),
    ]);
    expect(await value(`/event/actions/${module}`), module).toEqual(Object.fromEntries(expected));
    const postOnly = ["Federation", "ResponseMangler"].includes(module);
    expect(await value(`/event/positions/${module}`), module).toEqual(postOnly ? ["post"] : ["pre", "post"]);
  }
});

it("a new script is offered without a restart; a script that others may write to is not, and the log says why", async () => {
  const directory = join(await temporaryDirectory(), "scripts");
  await mkdir(directory);
  await writeFile(join(directory, "open.sh"), "#!/bin/sh\n");
  await chmod(join(directory, "open.sh"), 0o777);
  const { api, log } = await testServer({ config: { scripts: { directory } } });
  expect(log()).toMatch(/"script":"open\.sh","reason":"others may write to it"/);
  const admin = await asAdmin(api);
  await writeFile(join(directory, "later.sh"), "#!/bin/sh\n", { mode: 0o700 });
  const { value } = (await admin.call("GET", "/event/actions/Script")).body.result;
  expect(Object.keys(value).sort()).toEqual(["later.sh", "list-revoked-token.sh"]);
});
