import { expect, test } from "vitest";
import { createBookend, createCall, defineAction, done, memoryBindings } from "../index.js";
import { parseTemplate } from "./parse-template.js";
import { secretTagProblems } from "./secret-problems.js";
import { isSecretTag } from "./tags.js";

/** Returns the result of rendering a template in an action at `post`. */
async function rendered(source: string): Promise<string> {
  const template = parseTemplate(source);
  const texts: string[] = [];
  const options = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
  const say = defineAction({
    description: "Says it.",
    options,
    optionsJsonSchema: { type: "object" },
    async run({ render }) {
      texts.push(await render(template));
      return done();
    },
  });
  const bookend = createBookend({
    handlers: [{ id: "Say", description: "Says it.", positions: ["post"], actions: { say } }],
    bindings: memoryBindings([{ name: "b", events: ["e"], handler: "Say", action: "say", options: {} }]),
    directories: {
      users: {
        find: (user) => ({
          ...user,
          resolver: "people",
          attributes: { email: "alice@example.com", "cost.center": "42", givenname: "Alice" },
        }),
        resolversOf: () => ["people"],
      },
    },
  });
  const parameters = { amount: 12, gift: false, lines: [{ name: "a" }, { name: "b" }], tags: ["x", "y"], empty: null };
  const call = createCall({
    event: "e",
    request: {
      user: { login: "alice", realm: "r" },
      parameters,
      headers: { "x-request-id": "r1", "user-agent": "curl" },
    },
  });
  await bookend.handle(call, () => ({
    status: 200,
    body: { total: { amount: 3.5, "line-1": "{serial}" }, list: [7] },
  }));
  return texts.join("|");
}

test.each([
  ["{user.email} {user.givenname}", "alice@example.com Alice"],
  ["{user.cost.center}", "42"],
  ["{param.amount} {param.gift} {param.lines.1.name}", "12 false b"],
  ["{param.tags}", "x,y"],
  ["{response.total.amount} {response.list.0} {response.list}", "3.5 7 7"],
  ["{header.x-request-id} {header.User-Agent}", "r1 curl"],
  // tags without a value, or with a value that cannot be inserted
  ["[{user.none}{param.none.of.it}{param.lines.2.name}{param.amount.toFixed}{param.tags.length}]", "[]"],
  ["[{response.total}{param.empty}{header.none}{param.lines.01.name}]", "[]"],
  // a value is inserted once
  ["{response.total.line-1}", "{serial}"],
  ["{{#if user.email}}{{user.email}}{{else}}none{{/if}}", "alice@example.com"],
  ["{{#each param.tags}}<{{this}}>{{/each}}{{#if header.none}}x{{/if}}", "<x><y>"],
  [
    "\\{user.email} { user.email } {User.email} {user..email} {other.path}",
    "{user.email} { user.email } {User.email} {user..email} {other.path}",
  ],
])("%j renders as %j", async (source, text) => {
  expect(await rendered(source)).toBe(text);
});

test.each([
  "{user.__proto__}",
  "{param.constructor.name}",
  "{response.a.prototype}",
  "{secret.token}",
  "{{user.constructor}}",
])("%j is refused", (source) => {
  expect(() => parseTemplate(source)).toThrow();
});

test("a tag that does not exist is refused with a list that includes the forms of paths", () => {
  expect(() => parseTemplate("{seriall}")).toThrow(
    expect.objectContaining({ allowed: expect.stringContaining("{user.ATTRIBUTE}") }),
  );
});

test("paths to secrets are secret tags", () => {
  const secrets = ["header.authorization", "header.X-Api-Key", "param.otp_key", "response.result.value.token"];
  const others = ["param.amount", "response.total", "user.pin", "header.user-agent", "serial"];
  expect([...secrets.filter(isSecretTag), ...others.filter(isSecretTag)]).toEqual(secrets);
  expect(secretTagProblems("body", parseTemplate("{param.password} {param.a}"), "anyone can read it")).toMatchObject([
    { code: "SECRET_TAG", value: "{param.password}" },
  ]);
});
