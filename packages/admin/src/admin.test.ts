import { memoryBindings } from "@bookend/core";
import { describe, expect, test } from "vitest";
import { binding, createConsole } from "../test/console.js";
import type { AdminObject, AuthorizeInput, Operation, Right } from "./index.js";
import { permissionOf } from "./index.js";

describe("the envelope", () => {
  test("contains the value of a successful request", async () => {
    const { status, headers, body } = await createConsole().get("/event/handlermodules");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(body).toEqual({
      jsonrpc: "2.0",
      id: 1,
      result: { status: true, value: ["Note", "Gate"] },
      detail: {},
      time: 1_700_000_000.5,
      version: "test 1",
      versionnumber: "1",
    });
  });

  test("contains the code and the message of an error", async () => {
    const { status, body } = await createConsole().get("/event/99");
    expect(status).toBe(404);
    expect(body).toEqual({
      jsonrpc: "2.0",
      id: 1,
      result: { status: false, error: { code: 601, message: "ERR601: There is no binding 99." } },
      detail: null,
      time: 1_700_000_000.5,
      version: "test 1",
      versionnumber: "1",
    });
  });

  test("names this package if the host does not name its server", async () => {
    const { body } = await createConsole({ envelope: {} }).get("/event/");
    expect(body.version).toBe(`Bookend ${body.versionnumber}`);
    expect(body.time).toBeGreaterThan(1_700_000_000);
  });
});

describe("the descriptions of the API", () => {
  test("list events, modules, positions and defaults", async () => {
    const { get } = createConsole();
    const value = async (path: string) => (await get(path)).body.result.value;
    expect(await value("/event/available")).toEqual(["token_init", "validate_check"]);
    expect(await value("/event/positions/Note")).toEqual(["post"]);
    expect(await value("/event/positions/Gate/")).toEqual(["pre", "post"]);
    expect(await value("/event/defaults/Note")).toEqual({ abort_on_error: false });
    expect(await value("/event/defaults/Gate")).toEqual({ abort_on_error: true });
    expect(await value("/event/defaults/nosuch")).toEqual({ abort_on_error: false });
  });

  test("list actions with their options", async () => {
    const { body } = await createConsole().get("/event/actions/Note");
    expect(body.result.value).toEqual({
      write: {
        to: { type: "str", required: true, description: "Where it goes.", value: ["board", "door"] },
        body: { type: "text", required: false, description: "" },
        pattern: { type: "str", required: false, description: "", value: ["a+", "b+"] },
        key: { type: "str", required: false, description: "" },
        loud: { type: "bool", required: false, description: "" },
        hook: { type: "str", required: false, description: "" },
      },
      sign: { key: { type: "str", required: true, description: "" } },
    });
  });

  test("list conditions with the names to choose from, and leave out those whose directory the host does not have", async () => {
    const { body } = await createConsole().get("/event/conditions/Note");
    const conditions = body.result.value;
    expect(conditions.tokentype).toMatchObject({
      type: "multi",
      group: "token",
      desc: expect.any(String),
      value: [{ name: "hotp" }, { name: "totp" }],
    });
    expect(Object.keys(conditions)).toContain("client_ip");
    expect(Object.keys(conditions)).not.toContain("counter");
  });

  test.each(["positions", "actions", "conditions"])(
    "return 404 for the %s of a module that does not exist",
    async (what) => {
      const { status, body } = await createConsole().get(`/event/${what}/No%20Such`);
      expect([status, body.result.error.code]).toEqual([404, 601]);
      expect(body.result.error.message).toContain('"No Such"');
    },
  );
});

describe("a request", () => {
  test.each([
    ["GET", "/event/nothing", 404],
    ["GET", "/event/deliveries", 404],
    ["GET", "/event/1/2", 404],
    ["GET", "/event/positions/", 404],
    ["GET", "/event/positions/%ff", 404],
    ["GET", "/eventually", 404],
    ["GET", "/", 404],
    ["PUT", "/event/1", 405],
    ["GET", "/event/explain", 405],
  ])("%s %s returns %i", async (method, path, status) => {
    const answer = await createConsole().request(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.body.result.status).toBe(false);
    expect(answer.headers.get("allow")).toBe(
      { "/event/1": "GET, DELETE, PATCH", "/event/explain": "POST" }[path] ?? null,
    );
  });

  test("works below another path, with or without a slash at the end", async () => {
    const { get } = createConsole({ basePath: "/admin/bindings" });
    expect((await get("/admin/bindings")).status).toBe(200);
    expect((await get("/admin/bindings/")).status).toBe(200);
    expect((await get("/event/")).status).toBe(404);
  });

  test.each(["query", "body"])("is refused for an unknown name in its %s", async (where) => {
    const { post, get } = createConsole();
    const { status, body } =
      where === "query" ? await get("/event/1?colour=red") : await post("/event", { colour: "red" });
    expect([status, body.result.error.code]).toEqual([400, 905]);
    expect(body.result.error.message).toMatch(/^ERR905: There is no parameter "colour" here\. Allowed: /);
  });

  test.each([
    ['{"__proto__": {"x": 1}}', "__proto__"],
    ['{"conditions": {"__proto__": "1"}}', "__proto__"],
    ['{"conditions": "{\\"__proto__\\": 1}"}', "__proto__"],
    ['{"constructor": "1"}', 'There is no parameter "constructor" here.'],
    ['{"option.__proto__": "1"}', "__proto__"],
    [`{"conditions": ${"[".repeat(5_000)}${"]".repeat(5_000)}}`, "parameters: nested too deeply. Allowed: 32 levels."],
    ["{", "not valid JSON at line 1, column 2"],
    ["1", "body: is not valid. Allowed: an object, or a list of bindings."],
  ])("is refused for the body %.40s", async (body, message) => {
    const { request } = createConsole();
    const answer = await request("/event", { method: "POST", headers: { "content-type": "application/json" }, body });
    expect([answer.status, answer.body.result.error.code]).toEqual([400, 905]);
    expect(answer.body.result.error.message).toContain(message);
  });

  test("is refused for a form with a field called __proto__", async () => {
    const { body } = await createConsole().post("/event", new URLSearchParams("__proto__=1"));
    expect(body.result.error.message).toBe('ERR905: A parameter must not be called "__proto__".');
  });

  test("is refused for a body that has an unsupported media type, is too long, or is not UTF-8", async () => {
    const { request } = createConsole({ bodyLimit: 20 });
    const post = (body: string | Uint8Array<ArrayBuffer>, type = "application/json") =>
      request("/event/check", { method: "POST", headers: { "content-type": type }, body });
    expect((await post("<a/>", "text/xml")).status).toBe(415);
    expect((await post(`{"name": "${"x".repeat(8)}"}`)).status).toBe(200);
    expect((await post(`{"name": "${"x".repeat(9)}"}`)).status).toBe(413);
    const notText = await post(new Uint8Array([0x22, 0xff, 0x22]));
    expect([notText.status, notText.body.result.error.message]).toEqual([400, "ERR905: The body is not UTF-8."]);
  });

  test.each([
    ["too many fields", Array(60_000).fill("a").join("&"), "too many fields. Allowed: 1000."],
    ["too many fields with values", `${"a=1&".repeat(200_000)}a`, "too many fields"],
    ["a name twice", "name=a&name=b", "name: occurs more than once. Allowed: one value."],
    ["an option twice", "option.to=a&option.to=b", "option.to: occurs more than once. Allowed: one value."],
    ["a long name", `${"a".repeat(201)}=1`, "name is too long. Allowed: 200 characters."],
  ])("is refused for a form or query with %s", async (_what, form, message) => {
    const { request } = createConsole();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const posted = await request("/event", { method: "POST", headers, body: form });
    expect([posted.status, posted.body.result.error.message]).toEqual([400, expect.stringContaining(message)]);
    const asked = await request(`/event?${form}`);
    expect([asked.status, asked.body.result.error.message]).toEqual([400, expect.stringContaining(message)]);
  });

  test("may name several events in a form", async () => {
    const { request, bookend } = createConsole();
    const body = new URLSearchParams({ ...binding, "option.to": "door" });
    body.append("event", "validate_check");
    expect((await request("/event", { method: "POST", body })).status).toBe(200);
    expect(await bookend.bindings.get(1)).toMatchObject({ events: ["token_init", "validate_check"] });
  });

  test("may have a longer body if it is an import", async () => {
    const { request } = createConsole({ bodyLimit: 20, importLimit: 60 });
    const post = (path: string, length: number) =>
      request(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: `{"bindings": []}`.padEnd(length),
      });
    expect((await post("/event/import", 60)).status).toBe(200);
    expect((await post("/event/import", 61)).status).toBe(413);
    expect((await post("/event/check", 21)).status).toBe(413);
  });

  test("is also refused if its body is longer than its Content-Length", async () => {
    const { request } = createConsole({ bodyLimit: 20 });
    const headers = { "content-type": "application/json", "content-length": "2" };
    expect((await request("/event", { method: "POST", headers, body: "{}".padEnd(21) })).status).toBe(413);
  });

  test("that causes an internal error is logged, and the response does not show the error", async () => {
    const logged: object[] = [];
    const logger = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (fields: object) => void logged.push(fields),
    };
    const store = {
      ...memoryBindings(),
      list: () => {
        throw new Error("the password is 1234");
      },
    };
    const answer = await createConsole({ store, logger }).get("/event/");
    expect([answer.status, answer.body.result.error]).toEqual([
      500,
      { code: -500, message: "ERR-500: Internal error." },
    ]);
    expect(logged).toEqual([{ err: expect.objectContaining({ message: "the password is 1234" }) }]);
  });

  test("that would write to a read-only store is forbidden", async () => {
    const { list, subscribe } = memoryBindings();
    const { post } = createConsole({ store: { list, subscribe } });
    const answer = await post("/event", binding);
    expect([answer.status, answer.body.result.error.code]).toEqual([403, 303]);
  });
});

describe("authorize", () => {
  const one: AdminObject = { type: "binding", id: "1" };
  const module: AdminObject = { type: "handlermodule", id: "Note" };
  const operations: [string, string, Operation, Right, AdminObject?][] = [
    ["GET", "/event/", "list", "bindings:read"],
    ["GET", "/event/1", "get", "bindings:read", one],
    ["GET", "/event/available", "available", "bindings:read"],
    ["GET", "/event/handlermodules", "handlermodules", "bindings:read"],
    ["GET", "/event/positions/Note", "positions", "bindings:read", module],
    ["GET", "/event/defaults/Note", "defaults", "bindings:read", module],
    ["GET", "/event/actions/Note", "actions", "bindings:read", module],
    ["GET", "/event/conditions/Note", "conditions", "bindings:read", module],
    ["GET", "/event/describe", "describe", "bindings:read"],
    ["GET", "/event/describe/Note", "describe", "bindings:read", module],
    ["GET", "/event/tags", "tags", "bindings:read"],
    ["GET", "/event/export", "export", "bindings:read"],
    ["HEAD", "/event/", "list", "bindings:read"],
    ["POST", "/event", "set", "bindings:write"],
    ["POST", "/event/", "set", "bindings:write"],
    ["PATCH", "/event/1", "patch", "bindings:write", one],
    ["POST", "/event/1/copy", "copy", "bindings:write", one],
    ["POST", "/event/order", "order", "bindings:write"],
    ["POST", "/event/bulk", "bulk", "bindings:write"],
    ["POST", "/event/enable/1", "enable", "bindings:write", one],
    ["POST", "/event/disable/1", "disable", "bindings:write", one],
    ["DELETE", "/event/1", "delete", "bindings:write", one],
    ["POST", "/event/import", "import", "bindings:write"],
    ["POST", "/event/check", "check", "bindings:read"],
    ["POST", "/event/explain", "explain", "calls:explain"],
    ["POST", "/event/preview", "preview", "calls:explain"],
    ["GET", "/event/history", "history", "bindings:read"],
    ["GET", "/event/1/history", "history", "bindings:read", one],
    ["POST", "/event/1/restore", "restore", "bindings:write", one],
    ["GET", "/event/audit", "audit", "audit:read"],
    ["GET", "/event/audit/csv", "audit", "audit:read"],
    ["GET", "/event/audit/calls/c", "audit", "audit:read", { type: "call", id: "c" }],
    ["GET", "/event/audit/verification", "audit", "audit:read"],
    ["POST", "/event/audit/verification", "audit", "audit:read"],
    ["GET", "/event/stats", "stats", "audit:read"],
  ];

  test.each(operations)(
    "%s %s requires %s (%s), and responds with the refusal",
    async (method, path, operation, right, object) => {
      const asked: AuthorizeInput<unknown>[] = [];
      const { admin, bookend } = createConsole({
        bindings: [{ name: "a", events: ["token_init"], handler: "Gate", action: "shut" }],
        authorize: async (input) => {
          asked.push(input);
          return { status: 401, code: 4033, message: "no token" };
        },
      });
      const body = method === "POST" || method === "PATCH" ? "not even JSON" : null;
      const response = await admin.fetch(new Request(`http://localhost${path}`, { method, body }), "context");
      expect(response.status).toBe(401);
      // the response to a HEAD request has no body
      if (method === "HEAD") expect(await response.text()).toBe("");
      else
        expect(((await response.json()) as { result: unknown }).result).toEqual({
          status: false,
          error: { code: 4033, message: "ERR4033: no token" },
        });
      const permission = permissionOf(right);
      const request = expect.any(Request);
      expect(asked).toEqual([{ request, operation, right, permission, context: "context", ...(object && { object }) }]);
      expect(await bookend.bindings.list()).toMatchObject([{ name: "a", active: true }]);
    },
  );

  test("refuses everyone if it throws", async () => {
    const { post, bookend } = createConsole({
      authorize: () => {
        throw new Error("no keys");
      },
    });
    expect((await post("/event", binding)).status).toBe(500);
    expect(await bookend.bindings.list()).toEqual([]);
  });
});
