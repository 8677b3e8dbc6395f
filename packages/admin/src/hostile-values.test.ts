import { expect, test } from "vitest";
import { binding, createConsole } from "../test/console.js";
import { memoryCalls } from "../test/recorded-calls.js";
import type { AuditReader } from "./index.js";

/** A parameter of the OpenAPI document. */
interface Documented {
  readonly in: string;
  readonly name: string;
  readonly schema: { readonly type?: string; readonly format?: string };
}

/** Fails for a string that contains NUL, as a database does. */
const audit: AuditReader = {
  async search({ filter = {} }) {
    if (JSON.stringify(filter).includes("\\u0000")) throw new Error("a statement failed");
    return { rows: [], count: 0, countMore: false, cursor: undefined };
  },
  async *exportCsv() {
    yield "number\r\n";
  },
  verify: async () => ({ ok: true, checked: 0, problems: [] }) as never,
  stats: async () => ({ bindings: [], calls: [], failedCalls: [] }),
};

test("no route accepts a string that databases cannot store, a period that ends before it begins, or an unknown parameter", async () => {
  const { get, post } = createConsole({ calls: memoryCalls(), audit });
  await post("/event", binding);
  const { paths } = (await get("/event/openapi.json")).body;
  const routes = Object.entries(paths as Record<string, { get?: { parameters?: readonly Documented[] } }>);
  let asked = 0;
  const refused = async (path: string, what: string) => {
    const { status, body } = await get(path);
    asked += 1;
    // 404: the feature or the path does not exist
    expect([path, [400, 404].includes(status), JSON.stringify(body).includes(what)]).toEqual([path, true, true]);
  };
  for (const [path, { get: operation }] of routes) {
    if (!operation) continue;
    const url = `/event${path === "/" ? "" : path}`.replace("{id}", "1").replace(/\{\w+\}/, "Note");
    await refused(
      `${url}?nonsense=1`,
      path.startsWith("/deliveries") || path.startsWith("/destinations") ? "" : "nonsense",
    );
    if (/\{(?!id)\w+\}/.test(path)) await refused(`/event${path.replace(/\{\w+\}/, "a%00")}`, "");
    const parameters = (operation.parameters ?? []).filter((one) => one.in === "query");
    for (const { name, schema } of parameters) {
      if (schema.type === "string") await refused(`${url}?${name}=a%00b`, "");
    }
    const names = new Set(parameters.map(({ name }) => name));
    if (!names.has("from") || !names.has("to") || path.startsWith("/deliveries")) continue;
    await refused(`${url}?from=2026-03-15T12:00:00Z&to=2026-03-15T11:00:00Z`, "to:");
  }
  expect(asked).toBeGreaterThan(40);
  const reversed = { from: "2026-03-15T12:00:00Z", to: "2026-03-15T11:00:00Z" };
  expect(await post("/event/backtest", { id: 1, ...reversed })).toMatchObject({ status: 400 });
  expect(await post("/event/1/copy", { name: "half \ud800" })).toMatchObject({ status: 400 });
  expect(await post("/event", { ...binding, name: "half \ud800" })).toMatchObject({
    status: 400,
    body: { result: { error: { message: expect.stringContaining("name") } } },
  });
});
