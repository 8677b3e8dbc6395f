import {
  BindingInvalidError,
  createBookend,
  createCall,
  type Directories,
  memoryAudit,
  memoryBindings,
  type UserRef,
} from "@bookend/core";
import { describe, expect, it } from "vitest";
import { requestMangler } from "./index.js";

const people: Record<string, readonly string[]> = {
  resoA: ["alice", "bob", "carol", "dup"],
  resoB: ["dave", "dup", "erin"],
};

function directoriesOf(realms: Readonly<Record<string, readonly string[]>>): Directories {
  const resolverOf = ({ login, realm }: UserRef) =>
    realms[realm]?.find((resolver) => people[resolver]?.includes(login));
  return {
    users: {
      find(user) {
        const resolver = resolverOf(user);
        return resolver ? { ...user, resolver, attributes: {} } : null;
      },
      resolversOf: (realm) => realms[realm] ?? [],
      fromParameters({ user, username, realm }) {
        const login = String(user ?? username ?? "");
        return login === "" ? undefined : { login, realm: String(realm ?? "realm1") };
      },
    },
  };
}

interface Given {
  readonly parameters: Record<string, unknown>;
  readonly user?: UserRef | null | undefined;
  readonly realms?: Record<string, string[]> | undefined;
}

async function mangle(action: string, options: Record<string, unknown>, { parameters, user, realms = {} }: Given) {
  const audit = memoryAudit();
  const directories = directoriesOf(realms);
  const bookend = createBookend({ handlers: [requestMangler()], bindings: memoryBindings(), audit, directories });
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
  await bookend.bindings.add({
    name: "m",
    events: ["call"],
    position: "pre",
    handler: "RequestMangler",
    action,
    options: given,
  });
  const call = createCall({
    event: "call",
    request: { parameters: structuredClone(parameters), user: user ?? undefined },
  });
  await bookend.handle(call, () => ({ status: 200, body: {} }));
  const found = call.request.user && (await directories.users?.find(call.request.user));
  return {
    parameters: call.request.parameters,
    user: found ? { login: found.login, realm: found.realm, resolver: found.resolver } : null,
    entry: audit.entries[0],
  };
}

describe("the request mangler", () => {
  it("splits a user name such as alice@example into login and realm, and resolves the user again", async () => {
    const realms = { example: ["resoA"] };
    const realm = { parameter: "realm", value: "{1}", match_parameter: "user", match_pattern: "(.*)@(.*)" };
    const first = await mangle("set", realm, { parameters: { user: "alice@example" }, realms });
    expect(first.parameters).toEqual({ user: "alice@example", realm: "example" });
    const login = {
      parameter: "user",
      value: "{0}",
      match_parameter: "user",
      match_pattern: "(.*)@(.*)",
      reset_user: "1",
    };
    const second = await mangle("set", login, { parameters: { ...first.parameters }, realms });
    expect(second.parameters).toEqual({ user: "alice", realm: "example" });
    expect(second.user).toEqual({ login: "alice", realm: "example", resolver: "resoA" });
  });

  it("matches only complete values, including alternatives", async () => {
    const options = { parameter: "user", value: "x", match_parameter: "user", match_pattern: "a|b" };
    expect((await mangle("set", options, { parameters: { user: "ab" } })).parameters).toEqual({ user: "ab" });
    expect((await mangle("set", options, { parameters: { user: "b" } })).parameters).toEqual({ user: "x" });
  });

  it("inserts a group without expanding it again, since a caller may have sent it", async () => {
    const options = { parameter: "user", value: "{0}", match_parameter: "user", match_pattern: "(.*)" };
    expect((await mangle("set", options, { parameters: { user: "{0}{1}{admin}" } })).parameters).toEqual({
      user: "{0}{1}{admin}",
    });
  });

  it("runs a pattern that would block a backtracking engine", async () => {
    const options = { parameter: "user", value: "x", match_parameter: "user", match_pattern: "(a+)+b" };
    const { entry } = await mangle("set", options, { parameters: { user: "a".repeat(9_999) } });
    expect(entry).toMatchObject({ outcome: "skipped" });
  });

  it.each([
    [{ parameter: "__proto__", value: "x" }, "parameter", /__proto__/],
    [
      { parameter: "user", value: "x", match_parameter: "user", match_pattern: "(?=a)" },
      "match_pattern",
      /Look-around/,
    ],
    [{ parameter: "user", value: "x", reset_user: "yes" }, "reset_user", /true, false/],
    [{ parameter: "user", value: "x", colour: "red" }, "colour", /does not exist/],
  ])("refuses %j when saved", async (options, field, message) => {
    const error: BindingInvalidError = await mangle("set", options, { parameters: {} }).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(BindingInvalidError);
    expect(error.problems).toMatchObject([{ field: `options.${field}`, message: expect.stringMatching(message) }]);
  });

  it("warns about a match_parameter without a pattern", async () => {
    const bookend = createBookend({ handlers: [requestMangler()], bindings: memoryBindings() });
    const options = { parameter: "user", value: "x", match_parameter: "user" };
    expect(
      await bookend.check({ name: "m", events: ["call"], handler: "RequestMangler", action: "set", options }),
    ).toMatchObject([{ severity: "warning", field: "options.match_pattern" }]);
  });
});
