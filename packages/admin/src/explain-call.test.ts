import type { Bookend } from "@bookend/core";
import { describe, expect, test } from "vitest";
import { createConsole } from "../test/console.js";

const conditions = {
  tokentype: "hotp",
  realm: "reso",
  client_ip: "10.0.0.0/8",
  logged_in_user: "admin",
  result_value: "True",
  rollout_state: "clientwait",
};
const bound = (change: object = {}) => ({
  name: "bound",
  events: ["token_init"],
  handler: "Note",
  action: "write",
  options: { to: "door" },
  ...change,
});

describe("POST /event/explain", () => {
  test("returns whether each binding would run, and what each condition saw", async () => {
    const { post } = createConsole({
      bindings: [
        bound({ conditions }),
        bound({ name: "pre", handler: "Gate", action: "shut", options: {}, position: "pre" }),
        bound({ name: "off", active: false }),
        bound({ name: "other", events: ["validate_check"] }),
      ],
    });
    const { body } = await post("/event/explain", {
      event: "token_init",
      parameters: { type: "totp" },
      user: "hans",
      realm: "reso",
      serial: "T1",
      client_ip: "10.1.2.3",
      logged_in_user: "admin",
      response: { result: { status: true, value: false } },
    });
    expect(body.result.value.event).toBe("token_init");
    expect(body.result.value.bindings).toMatchObject([
      { name: "pre", handlermodule: "Gate", action: "shut", position: "pre", would_run: true, conditions: [] },
      {
        id: 1,
        name: "bound",
        handlermodule: "Note",
        would_run: false,
        active: true,
        reason: expect.stringContaining("tokentype is not fulfilled"),
        problems: [],
      },
      { name: "off", would_run: false, reason: "The binding is not active." },
    ]);
    const [, { conditions: asked }] = body.result.value.bindings;
    const byName = Object.fromEntries(asked.map((condition: { name: string }) => [condition.name, condition]));
    expect(byName).toMatchObject({
      tokentype: { answer: "not fulfilled", counts: false, seen: "totp", wanted: "hotp" },
      realm: { answer: "fulfilled", counts: true, seen: "reso", wanted: "reso" },
      client_ip: { answer: "fulfilled", seen: "10.1.2.3", wanted: "10.0.0.0/8" },
      logged_in_user: { answer: "fulfilled", seen: "admin" },
      result_value: { answer: "not fulfilled", seen: false, wanted: "True" },
      rollout_state: { answer: "not fulfilled" },
    });
  });

  test("reports missing values as unknown", async () => {
    const { post } = createConsole({
      bindings: [bound({ conditions: { tokentype: "hotp", serial: "X", client_ip: "::/0" } })],
    });
    const { body } = await post("/event/explain", new URLSearchParams({ event: "token_init" }));
    expect(body.result.value.bindings[0].conditions).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ name: "tokentype", answer: "unknown", counts: false }),
        expect.objectContaining({ name: "client_ip", answer: "unknown", counts: false }),
        expect.objectContaining({ name: "serial", answer: "unknown", counts: true }),
      ]),
    );
  });

  test("shows the values that conditions saw as JSON can represent them", async () => {
    const { post } = createConsole({ bindings: [bound({ conditions: { bag: "x" } })] });
    const { body } = await post("/event/explain", { event: "token_init" });
    expect(body.result.value.bindings[0].conditions[0].seen).toEqual({ numbers: ["1"] });
  });

  /** Posts these fields to `/event/explain`, and returns the call that the API passes to `bookend.explain`. */
  const callOf = async (fields: object, options: Parameters<typeof createConsole>[0] = {}) => {
    const calls: Parameters<Bookend["explain"]>[0][] = [];
    const { bookend } = createConsole();
    const explain: Bookend["explain"] = (call) => {
      calls.push(call);
      return bookend.explain(call);
    };
    const { post } = createConsole({ ...options, bookend: { ...bookend, explain } });
    const { status, body } = await post("/event/explain", { event: "token_init", ...fields });
    expect(status, JSON.stringify(body)).toBe(200);
    return calls[0];
  };

  test.each([
    [{ user: "hans@reso" }, { login: "hans", realm: "reso" }],
    [
      { user: "hans@here", realm: "reso", resolver: "r" },
      { login: "hans@here", realm: "reso", resolver: "r" },
    ],
    [{ parameters: { user: "hans", realm: "reso" } }, { login: "hans", realm: "reso" }],
    [{ user: { login: "hans", realm: "reso", resolver: "r" } }, { login: "hans", realm: "reso", resolver: "r" }],
    [{ user: '{"login": "hans"}' }, { login: "hans", realm: "" }],
    [{ serial: "T1" }, undefined],
  ])("%j describes a call of the user %j", async (fields, user) => {
    const call = await callOf(fields);
    expect(call?.request.user).toEqual(user);
  });

  test("finds the user in the same way as the host", async () => {
    const fromParameters = ({ user }: Readonly<Record<string, unknown>>) => ({
      login: String(user).toUpperCase(),
      realm: "host",
    });
    const directories = { users: { find: () => null, resolversOf: () => [], fromParameters } };
    expect((await callOf({ user: "hans@reso" }, { directories }))?.request.user).toEqual({
      login: "HANS@RESO",
      realm: "host",
    });
  });

  test.each([
    ["admin", { username: "admin", realm: "", role: "admin" }],
    ["hans@reso", { username: "hans", realm: "reso", role: "user" }],
    [
      { username: "ada", realm: "helpdesk", role: "admin" },
      { username: "ada", realm: "helpdesk", role: "admin" },
    ],
  ])("reads logged_in_user %j as %j", async (logged_in_user, actor) => {
    expect((await callOf({ logged_in_user }))?.actor).toEqual(actor);
  });

  test("uses logged_in_role instead of a role derived from the name", async () => {
    const call = await callOf({ logged_in_user: "ada@helpdesk", logged_in_role: "admin" });
    expect(call?.actor).toEqual({ username: "ada", realm: "helpdesk", role: "admin" });
  });

  test("uses the other fields of a call, or their defaults", async () => {
    expect(await callOf({})).toMatchObject({
      event: "token_init",
      request: { method: "POST", path: "/token_init", parameters: {}, headers: {} },
    });
    const call = await callOf({
      method: "get",
      path: "/token/init",
      serial: "S",
      user: "hans",
      parameters: '{"a": 1}',
      headers: { "X-Thing": "1" },
      user_agent: "curl",
      response: { status: 403, headers: { "X-Is": "1" }, body: { result: {} } },
    });
    expect(call).toMatchObject({
      request: {
        method: "GET",
        path: "/token/init",
        parameters: { a: 1, serial: "S", user: "hans" },
        headers: { "x-thing": "1", "user-agent": "curl" },
      },
      response: { status: 403, headers: { "x-is": "1" }, body: { result: {} } },
    });
    expect(await callOf({ response: '{"result": {}}' })).toMatchObject({
      response: { status: 200, body: { result: {} } },
    });
  });

  test.each([
    [{ event: "token_intt" }, 'event: "token_intt" is not valid. Allowed: token_init, validate_check.'],
    [{ event: undefined }, "event"],
    [{ serial: 5 }, "serial: 5"],
    [{ client_ip: 5 }, "client_ip: 5 is not valid. Allowed: a string."],
    [{ parameters: "x" }, 'parameters: "x" is not valid. Allowed: an object'],
    [{ user: 5 }, "user: 5"],
    [{ user: { name: "hans" } }, 'no parameter "name"'],
    [{ user: { realm: "reso" } }, "user"],
    [{ logged_in_user: { realm: "reso" } }, "logged_in_user"],
    [{ headers: { a: 1 } }, "headers.a: 1"],
    [{ response: { body: {}, status: "ok" } }, 'response.status: "ok"'],
    [{ tokentype: "hotp" }, 'no parameter "tokentype"'],
  ])("refuses %j", async (fields, message) => {
    const { post } = createConsole();
    const { status, body } = await post("/event/explain", { event: "token_init", ...fields });
    expect([status, body.result.error?.code]).toEqual([400, 905]);
    expect(body.result.error.message).toContain(message);
  });
});

describe("a binding that is not stored", () => {
  const given = { name: "new", event: "token_init", handlermodule: "Note", action: "write", options: { to: "door" } };

  test("is explained alone", async () => {
    const { post } = createConsole({ bindings: [bound()] });
    const binding = { ...given, conditions: { realm: "reso" } };
    const call = { event: "token_init", user: "hans", realm: "other" };
    const { body } = await post("/event/explain", { ...call, binding });
    expect(body.result.value.bindings).toMatchObject([{ id: 0, name: "new", would_run: false }]);
    expect((await post("/event/explain", { ...call, binding: { ...binding, name: "" } })).status).toBe(400);
    expect((await post("/event/explain", { ...call, binding: { ...binding, colour: "red" } })).status).toBe(400);
  });

  test("is previewed like a stored one: its rendered options without secrets, and problems of the templates", async () => {
    const { post } = createConsole({
      bindings: [bound({ options: { to: "door", body: "For {serial}", key: "geheim" } })],
    });
    const call = { event: "token_init", user: "hans", realm: "reso", serial: "T1", parameters: { pin: "1234" } };
    const texts = async (body: object) => (await post("/event/preview", { ...call, ...body })).body.result.value.texts;
    expect(await texts({ id: 1 })).toEqual([{ option: "body", format: "text", value: "For T1", problems: [] }]);
    const preview = (body: string) => texts({ binding: { ...given, options: { to: "door", body } } });
    expect(await preview("{serial} {param.pin}")).toMatchObject([{ value: "T1 ***" }]);
    expect(await preview('{"a": "{serial}"}')).toMatchObject([{ format: "json", value: '{"a": "T1"}' }]);
    expect(await preview("{nosuchtag}")).toMatchObject([
      { value: "", problems: [expect.stringContaining("nosuchtag")] },
    ]);
    // without a call, sample values are used
    const sample = async (body: string) => {
      const binding = { ...given, options: { to: "door", body } };
      return (await post("/event/preview", { binding })).body.result.value.texts;
    };
    expect(await sample("Hello {givenname}, {serial} at {event}, {param.pin} for {param.reason}")).toMatchObject([
      { value: "Hello Alex, OATH0001A2B3 at token_init, *** for {param.reason}", problems: [] },
    ]);
    expect((await post("/event/preview", call)).status).toBe(400);
    expect((await post("/event/preview", { ...call, id: 9 })).status).toBe(404);
  });
});
