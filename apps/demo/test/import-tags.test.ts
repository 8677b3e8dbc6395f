import { type Action, optionsJsonSchemaOf } from "@bookend/core";
import { expect, it } from "vitest";
import { bareServer } from "./bare-server.js";

/** Complete options for the actions whose schema does not check one option alone. */
const complete: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  "WebHook:post_webhook": [
    { URL: "https://hook.example/", content_type: "urlencoded", replace: "True", data: "a=1" },
    { URL: "https://hook.example/", content_type: "json", replace: "True", data: '"a"' },
    { URL: "https://hook.example/", content_type: "json", replace: "False", data: '"a"' },
  ],
  "RequestMangler:set": [
    { parameter: "a", value: "b", match_parameter: "a", match_pattern: "(.*)" },
    { parameter: "a", value: "b" },
  ],
  "ResponseMangler:set": [
    { "JSON pointer": "/a", type: "string", value: "b" },
    { "JSON pointer": "/a", type: "bool", value: "1" },
  ],
};

/** The part of a Standard Schema result that is read. */
interface Validated {
  readonly issues?: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] | undefined;
}

/** Returns whether the option refuses a value with an unknown tag, as only an option that replaces tags does. */
async function refusesUnknownTag(action: Action, option: string, others: object): Promise<boolean> {
  // the value must be valid otherwise: a webhook's data may need to be JSON, and a header needs a name
  for (const value of option === "headers" ? ["x: {nosuch_tag}"] : ["{nosuch_tag}", '"{nosuch_tag}"']) {
    const result: Validated = await action.options["~standard"].validate({ ...others, [option]: value });
    const messages = result.issues?.filter(({ path }) => path?.[0] === option).map(({ message }) => message) ?? [];
    const blamed = messages.some((message) => /\btags?\b/i.test(message) && message.includes("nosuch_tag"));
    if (!blamed) return false;
  }
  return true;
}

it("the schema of an option declares tags exactly if the option replaces them, in all modules", async () => {
  const server = await bareServer();
  const wrong: string[] = [];
  const withTags: string[] = [];
  for (const { id, actions } of server.bookend.registry.handlers.values()) {
    for (const [name, action] of Object.entries(actions)) {
      const { properties = {} } = optionsJsonSchemaOf(action) as { properties?: Record<string, object> };
      for (const [option, schema] of Object.entries(properties)) {
        const said = JSON.stringify(schema).includes('"x-tags":');
        const seen: boolean[] = [];
        for (const others of complete[`${id}:${name}`] ?? [{}]) {
          seen.push(await refusesUnknownTag(action, option, others));
        }
        if (seen.includes(true) !== said) wrong.push(`${id}:${name} ${option}`);
        if (said) withTags.push(`${id}:${name} ${option}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(withTags.sort()).toEqual([
    "Container:add container info value",
    "Container:create description",
    "Container:set container info value",
    "Container:set description description",
    "CustomUserAttributes:set_custom_user_attributes attrvalue",
    "Logging:logging message",
    "RequestMangler:set value",
    "ResponseMangler:set value",
    "Token:attach application user",
    "Token:set description description",
    "Token:set tokeninfo value",
    "UserNotification:savefile body",
    "UserNotification:savefile filename",
    "UserNotification:sendmail body",
    "UserNotification:sendmail subject",
    "UserNotification:sendsms body",
    "WebHook:post_webhook data",
    "WebHook:post_webhook headers",
    "WebHook:post_webhook subject",
  ]);
});

interface Rewriting {
  readonly handlermodule: string;
  readonly action: string;
  readonly options: Readonly<Record<string, string>>;
  readonly right: Readonly<Record<string, string>>;
}

const mail = { emailconfig: "demo", To: "tokenowner" };
const hook = { URL: "https://hook.example/{{x}}", content_type: "application/json" };
const form = { ...hook, content_type: "urlencoded", replace: "True" };

const rewritings: Readonly<Record<string, Rewriting>> = {
  "a mail with CSS": {
    handlermodule: "UserNotification",
    action: "sendmail",
    options: { ...mail, body: "<style>p {{ color: red }}</style><p>{user}</p>" },
    right: { body: "<style>p \\{ color: red }</style><p>{user}</p>" },
  },
  "an SMS": {
    handlermodule: "UserNotification",
    action: "sendsms",
    options: { smsconfig: "demo", To: "tokenowner", body: "{{x}} {user}" },
    right: { body: "\\{x} {user}" },
  },
  "braces in braces, and one alone": {
    handlermodule: "UserNotification",
    action: "sendsms",
    options: { smsconfig: "demo", To: "tokenowner", body: "{{ {serial} }} {{{username}}}" },
    right: { body: "\\{ {serial} } \\{{username}}" },
  },
  "a subject": {
    handlermodule: "UserNotification",
    action: "sendmail",
    options: { ...mail, subject: "{{{serial}}} {{}}", body: "x" },
    right: { subject: "\\{{serial}} \\{}" },
  },
  "a file and its name": {
    handlermodule: "UserNotification",
    action: "savefile",
    options: { filename: "{{a}}-{random}.txt", body: '{{"user": "{username}"}}' },
    right: { filename: "\\{a}-{random}.txt", body: '\\{"user": "{username}"}' },
  },
  "an address has no tags": {
    handlermodule: "UserNotification",
    action: "sendmail",
    options: { ...mail, emailconfig: "a{{b}}", body: "x" },
    right: { emailconfig: "a{{b}}" },
  },
  "JSON of a webhook, in its strings": {
    handlermodule: "WebHook",
    action: "post_webhook",
    options: { ...hook, replace: "1", data: '{"a": {"b{{c}}": "{{x}} {username} \\"{{y}}\\""}}' },
    right: { URL: hook.URL, data: '{"a": {"b\\\\{c}": "\\\\{x} {username} \\"\\\\{y}\\""}}' },
  },
  "JSON whose own braces are doubled": {
    handlermodule: "WebHook",
    action: "post_webhook",
    options: { ...hook, content_type: "json", replace: "True", data: '{"a":{"b":{"c":"{serial}"}}}' },
    right: { data: '{"a":{"b":{"c":"{serial}"}}}' },
  },
  "a webhook's body that is sent unchanged": {
    handlermodule: "WebHook",
    action: "post_webhook",
    options: { ...hook, replace: "", data: '{"a": "{{x}}"}' },
    right: { data: '{"a": "{{x}}"}' },
  },
  "a form": {
    handlermodule: "WebHook",
    action: "post_webhook",
    options: { ...form, data: "a={{x}}&b={serial}" },
    right: { data: "a=\\{x}&b={serial}" },
  },
  "a form that happens to be JSON": {
    handlermodule: "WebHook",
    action: "post_webhook",
    options: { ...form, data: '"{{x}} {serial}"' },
    right: { data: '"\\{x} {serial}"' },
  },
  "a parameter with groups": {
    handlermodule: "RequestMangler",
    action: "set",
    options: { parameter: "user", value: "{{{0}}}", match_parameter: "user", match_pattern: "(a{{2}})" },
    right: { value: "\\{{0}}" },
  },
  "a parameter without groups": {
    handlermodule: "RequestMangler",
    action: "set",
    options: { parameter: "user", value: "{{x}}", match_parameter: "" },
    right: { value: "{{x}}" },
  },
  "a value of the response": {
    handlermodule: "ResponseMangler",
    action: "set",
    options: { "JSON pointer": "/detail/{{x}}", type: "string", value: "{{x}} {serial}" },
    right: { "JSON pointer": "/detail/{{x}}", value: "\\{x} {serial}" },
  },
  "a log entry": {
    handlermodule: "Logging",
    action: "logging",
    options: { name: "a{{b}}", message: "{{ {action} }}" },
    right: { name: "a{{b}}", message: "\\{ {action} }" },
  },
  tokeninfo: {
    handlermodule: "Token",
    action: "set tokeninfo",
    options: { key: "a", value: "{{x}} {username}" },
    right: { value: "\\{x} {username}" },
  },
  "a description with a time": {
    handlermodule: "Token",
    action: "set description",
    options: { description: "{{on}} {now}+5d" },
    right: { description: "\\{on} {now}+5d" },
  },
  "an attribute": {
    handlermodule: "CustomUserAttributes",
    action: "set_custom_user_attributes",
    options: { attrkey: "k{{x}}", attrvalue: "{{x}}" },
    right: { attrkey: "k{{x}}", attrvalue: "\\{x}" },
  },
  "a container's field": {
    handlermodule: "Container",
    action: "set container info",
    options: { key: "a", value: "{{x}}" },
    right: { value: "\\{x}" },
  },
};

// from apps/demo/test/fixtures/public-reports.json: F6-body, F6-sms, and similar cases
it("privacyIDEA's literal braces are rewritten only where tags are replaced", async () => {
  const { admin, bookend } = await bareServer();
  const exported = Object.entries(rewritings).map(([name, { right, ...binding }]) => ({
    ...binding,
    name,
    event: ["token_init"],
    position: binding.handlermodule === "RequestMangler" ? "pre" : "post",
    active: true,
    conditions: {},
  }));
  const { body } = await admin.call("POST", "/event/import", exported);
  expect(body.detail.bindings).toHaveLength(exported.length);
  for (const { id, name, active, problems } of body.detail.bindings) {
    const { options, right } = rewritings[name] as Rewriting;
    const errors = problems.filter(({ severity }: { severity: string }) => severity === "error");
    const stored = (await bookend.bindings.get(id))?.options;
    expect({ name, active, errors, stored }).toEqual({
      name,
      active: true,
      errors: [],
      stored: { ...options, ...right },
    });
  }
});
