import { binding, host, probe } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import { type Actor, type CallResponse, createCall, memoryBindings } from "../index.js";

const parameters = {
  amount: 12,
  price: "05",
  gift: false,
  note: "",
  due: "2026-03-10T10:00:00+02:00",
  tags: ["x", "y", 3],
  lines: [{ sku: "a/b", count: 2 }],
  order: { "a/b": 1, "~": 2, total: { amount: 7.5 } },
  "user.name": "alice",
  objects: [{ a: 1 }, null],
  nothing: null,
  empty: [],
  many: Array.from({ length: 101 }, () => "x"),
  long: "x".repeat(10_001),
};
const body = { id: "I1", paid: true, total: { amount: 100, currency: "EUR" }, lines: [{ sku: "a" }, { sku: "b" }] };

interface Given {
  readonly actor?: Actor;
  readonly response?: CallResponse;
}

/** Returns the explanation of one condition for a call with the parameters above. */
async function answerOf(name: string, value: unknown, { actor, response = { status: 201, body } }: Given = {}) {
  const conditions = { [name]: value };
  const { bookend } = await host({
    handlers: [probe({ act: () => undefined })],
    stored: [binding({ action: "act", conditions })],
  });
  const headers = { "x-app-version": "2.10", "content-type": "application/json" };
  const call = createCall({ event: "login", request: { parameters, headers }, response, ...(actor && { actor }) });
  const [explained] = (await bookend.explain(call)).bindings;
  return explained?.conditions[0];
}

const [yes, no, unknown] = ["fulfilled", "not fulfilled", "unknown"] as const;

describe("parameter", () => {
  it.each([
    ["amount == 12", yes],
    ["amount == 12.0", yes],
    ["amount > 12", no],
    ["price == 5", yes],
    ["price 'string_contains' 0", yes],
    ["gift == false", yes],
    ["gift == False", no],
    ["note ==", yes],
    ["due == 2026-03-10 08:00:00", yes],
    ["due 'date_before' 2026-03-11", yes],
    ["due > {now}", no],
    ["tags == y", yes],
    ["tags == 3", yes],
    ["tags == z", no],
    ["tags != x", yes],
    ["tags 'in' z,x", yes],
    ["empty == x", no],
    ["/lines/0/count >= 2", yes],
    ["/lines/0/sku == a/b", yes],
    ["/lines/00/count >= 0", unknown],
    ["/order/a~1b == 1", yes],
    ["/order/~0 == 2", yes],
    ["/order/total/amount < 8", yes],
    ["user.name == alice", yes],
    ["order.total.amount < 8", unknown],
    ["order == x", unknown],
    ["objects != x", unknown],
    ["nothing != x", unknown],
    ["missing != x", unknown],
    ["toString != x", unknown],
    ["/tags/length > 0", unknown],
    ["many == x", unknown],
    ["long != x", unknown],
    ["amount > {now}", unknown],
  ])("%s: %s", async (value, answer) => {
    expect(await answerOf("parameter", value)).toMatchObject({ answer, counts: answer === yes });
  });
});

describe("response", () => {
  it.each([
    ["id == I1", yes],
    ["paid == true", yes],
    ["total.amount >= 100", yes],
    ["/total/currency 'in' USD,EUR", yes],
    ["lines.1.sku == b", yes],
    ["lines == b", unknown],
    ["total == 100", unknown],
    ["id.length > 0", unknown],
  ])("%s: %s", async (value, answer) => {
    expect(await answerOf("response", value)).toMatchObject({ answer });
  });

  it("is unknown for a body that is not JSON", async () => {
    const response = { status: 200, body: "length of a string" };
    expect(await answerOf("response", "length > 0", { response })).toMatchObject({ answer: unknown });
  });
});

describe("header", () => {
  it.each([
    ["X-App-Version == 2.1", yes],
    ["x-app-version < 3", yes],
    ["Content-Type 'string_contains' JSON", yes],
    ["x-none != a", unknown],
    ["hasOwnProperty != a", unknown],
  ])("%s: %s", async (value, answer) => {
    expect(await answerOf("header", value)).toMatchObject({ answer });
  });
});

describe("http_status", () => {
  it.each([
    ["404", 404, yes],
    [404, 404, yes],
    ["404", 400, no],
    ["4xx", 499, yes],
    ["4XX, 503", 503, yes],
    [["2xx", 503], 204, yes],
    ["400-499", 400, yes],
    ["400 - 499", 500, no],
    [">=500", 599, yes],
    ["!=200", 201, yes],
    ["<400", 302, yes],
    ["=> 400", 400, yes],
  ])("%j for %d: %s", async (value, status, answer) => {
    expect(await answerOf("http_status", value, { response: { status, body: undefined } })).toMatchObject({
      answer,
      seen: status,
    });
  });

  it("for failed calls causes a warning together with a condition that only successful calls fulfill", async () => {
    const { bookend } = await host({ handlers: [probe({ act: () => undefined })], stored: [] });
    const warned = async (status: string) =>
      (await bookend.check(binding({ action: "act", conditions: { http_status: status, result_value: "True" } }))).map(
        ({ code }) => code,
      );
    expect([await warned("4xx,500"), await warned("4xx,200")]).toEqual([["NEVER_FULFILLED"], []]);
  });
});

describe("actor and actor_role", () => {
  const clerk = { username: "carol", realm: "", role: "clerk" };

  it.each([
    ["actor", "bob, carol", clerk, yes],
    ["actor", "Carol", clerk, no],
    ["actor", "carol", undefined, unknown],
    ["actor_role", "admin,clerk", clerk, yes],
    ["actor_role", "admin", clerk, no],
    ["actor_role", "user", { username: "dave", realm: "" }, yes],
    ["actor_role", "user", undefined, unknown],
  ] as const)("%s %s, logged in: %j: %s", async (name, value, actor, answer) => {
    expect(await answerOf(name, value, actor && { actor })).toMatchObject({ answer });
  });
});

it.each([
  ["parameter", "__proto__ == x"],
  ["parameter", "/a/constructor/name == x"],
  ["parameter", "/a/~2 == x"],
  ["parameter", "amount"],
  ["response", "a.prototype.b == x"],
  ["response", "a..b == x"],
  ["response", `${"a.".repeat(33)}b == x`],
  ["header", "a b == x"],
  ["header", "__proto__ == x"],
  ["http_status", "6xx"],
  ["http_status", "99"],
  ["http_status", "499-400"],
  ["http_status", "400-600"],
  ["http_status", "x>=400"],
  ["http_status", ">599"],
  ["http_status", ""],
  ["http_status", { status: 400 }],
  ["actor", " , "],
])("%s refuses %j, and reports what is allowed", async (name, value) => {
  const { bookend } = await host({ handlers: [probe({ act: () => undefined })], stored: [] });
  expect(await bookend.check(binding({ action: "act", conditions: { [name]: value } }))).toMatchObject([
    { severity: "error", code: "CONDITION_VALUE_INVALID", field: `conditions.${name}`, allowed: expect.any(String) },
  ]);
});

describe("many bindings that compare one field for equality", () => {
  /** Values of which some are equal in different spellings, and some are not. */
  const spellings = ["5", "05", "5.0", "+5", "9007199254740993", "9007199254740992", "2026-03-10T10:00+0200"];
  const others = ["2026-03-10T08:00:00Z", "2026-03-10", "true", "x", "X", "", "5 ", "1e3"];
  const values = [...spellings, ...others];
  const conditions = values.flatMap((value) => [
    `a == ${value}`,
    `a 'in' "${value}", y`,
    `a != ${value}`,
    `b == ${value}`,
  ]);

  it.each<[string, unknown]>([
    ...values.map((value): [string, unknown] => [JSON.stringify(value), value]),
    ["a number", 5],
    ["a boolean", true],
    ["a list", ["05", "x", "x"]],
    ["nothing", undefined],
    ["an object", {}],
  ])("run as if each were evaluated alone, for %s", async (_name, a) => {
    const ran: string[] = [];
    const act = ({ binding: { name } }: { binding: { name: string } }) => void ran.push(name);
    const run = async (stored: readonly string[]) => {
      ran.length = 0;
      const { bookend, login } = await host({
        handlers: [probe({ act })],
        stored: stored.map((parameter) => binding({ action: "act", name: parameter, conditions: { parameter } })),
      });
      await login({ request: { parameters: { a, b: "05" } } });
      bookend.close();
      return [...ran];
    };
    const alone: string[] = [];
    for (const condition of conditions) alone.push(...(await run([condition])));
    expect(await run(conditions)).toEqual(alone);
  });

  it("are evaluated again after an action changed the field", async () => {
    const ran: string[] = [];
    const stored = Array.from({ length: 20 }, (_, i) =>
      binding({ action: "act", name: `b${i}`, ordering: i, conditions: { parameter: `a == ${i}` } }),
    );
    const { login } = await host({
      handlers: [
        probe({
          act: ({ binding: { name }, call }) => {
            ran.push(name);
            call.request.parameters.a = Number(call.request.parameters.a) + 3;
          },
        }),
      ],
      stored,
    });
    await login({ request: { parameters: { a: 1 } } });
    expect(ran).toEqual(["b1", "b4", "b7", "b10", "b13", "b16", "b19"]);
  });
});

it("a failed call reaches bindings with a condition on its status or on a field of its response", async () => {
  const ran: string[] = [];
  const act = ({ binding: { name } }: { binding: { name: string } }) => void ran.push(name);
  const stored = [
    binding({ action: "act", name: "plain" }),
    binding({ action: "act", name: "status", conditions: { http_status: "4xx" } }),
    binding({ action: "act", name: "field", conditions: { response: "error == no" } }),
    binding({ action: "act", name: "parameter", conditions: { parameter: "a == 1" } }),
  ];
  const { bookend } = await host({ handlers: [probe({ act })], bindings: memoryBindings(stored), stored });
  const call = createCall({ event: "login", request: { parameters: { a: 1 } } });
  await bookend.handle(call, () => ({ status: 404, body: { error: "no" } }));
  expect(ran).toEqual(["status", "field"]);
});
