import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Directories } from "@bookend/core";
import { brokenHandler, type Fault, faults, soundHandler } from "@bookend/test-kit/third-party";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger, loadSecrets, parseConfig, type ReferenceServer, startServer } from "../src/index.js";

/** All faults except those that take the ten seconds of a lookup. Core tests these, with a shorter limit. */
const tried = faults.filter(({ error }) => error?.[1] !== "CONDITION_TIMEOUT");

const ids = tried.map((_, index) => `Broken${index}`);
const ran: string[] = [];
const sound = soundHandler(ran);

/** The fault under test. It may replace the lookup of tokens. */
let current: Fault = { name: "", error: undefined };
const tokens: NonNullable<Directories["tokens"]> = {
  find: (serial) => current.tokens?.find?.(serial) ?? null,
  ofUser: () => [],
};

let directory: string;
let server: ReferenceServer;
let token: string;

/** Makes a call as the administrator. */
async function call(method: string, path: string, parameters?: object) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: token, ...(parameters && { "content-type": "application/json" }) },
    ...(parameters && { body: JSON.stringify(parameters) }),
  });
  const body = (await response.json()) as { result: { status: boolean; value: never } };
  return { status: response.status, body, value: body.result.value };
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "bookend-third-party-"));
  const config = parseConfig({
    dataDirectory: directory,
    port: 0,
    pinHash: { memoryCost: 8, timeCost: 1, parallelism: 1 },
    rateLimit: { exempt: ["127.0.0.0/8"] },
  });
  server = await startServer({
    config,
    secrets: await loadSecrets(config),
    logger: createLogger({ level: "silent" }),
    handlers: [sound, ...tried.map((fault, index) => brokenHandler(fault, ids[index]))],
    directories: { tokens },
  });
  await server.domain.admins.save("root", { password: "correct-horse" });
  await server.domain.tokens.init({ type: "spass", serial: "S1", pin: "1" });
  const body = new URLSearchParams({ username: "root", password: "correct-horse" });
  const login = await (await fetch(`${server.url}/auth`, { method: "POST", body })).json();
  token = (login as { result: { value: { token: string } } }).result.value.token;
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

describe("third-party code in a whole server", () => {
  it.each(tried.map((fault, index) => [fault.name, fault, ids[index] as string] as const))(
    "%s: the call succeeds, and only the broken binding fails",
    async (_, fault, handler) => {
      current = fault;
      ran.length = 0;
      const say = { active: true, events: ["token_enable"], position: "post" as const, abortOnError: null };
      const rest = { conditions: {}, delivery: "inline" as const, revision: 0 };
      // stored without checks, as if it had been saved before its handler broke
      const stored = await server.store.bindings.write(
        [
          {
            ...say,
            ...rest,
            name: "before",
            ordering: 1,
            handler: "Sound",
            action: "say",
            options: { word: "before" },
          },
          {
            ...say,
            ...rest,
            name: "broken",
            ordering: 2,
            position: fault.position ?? "post",
            handler,
            action: "break",
            options: fault.options ?? {},
            conditions: fault.conditions ?? (fault.condition ? { broken: "x" } : {}),
          },
          { ...say, ...rest, name: "after", ordering: 3, handler: "Sound", action: "say", options: { word: "after" } },
        ].map((binding) => ({ kind: "insert" as const, binding })),
      );
      const id = stored[1]?.id ?? 0;
      await server.bookend.reload();

      const enabled = await call("POST", "/token/enable/S1");
      expect([enabled.status, enabled.body.result]).toEqual([200, { status: true, value: expect.any(Number) }]);
      expect(ran).toEqual(["before", "after"]);
      const actions = await rowsOf(handler);
      expect(actions).toHaveLength(1);
      const [name, code] = fault.error ?? [];
      if (fault.error === undefined) expect(actions[0]).toMatchObject({ success: true });
      else expect(actions[0]).toMatchObject({ success: false, info: expect.stringContaining(`${name} ${code}`) });

      // lists, forms, checks and explanations work, and report the problem
      const listed = (await call("GET", "/event/")).value as readonly { id: number; name: string }[];
      expect(listed.map((binding) => binding.name)).toEqual(["before", "broken", "after"]);
      const checked = await call("POST", "/event/check");
      expect(checked.status).toBe(200);
      expect(JSON.stringify(checked.body).includes(`binding ${id}: `)).toBe(fault.problem !== undefined);
      for (const path of [`/event/${id}`, `/event/actions/${handler}`, `/event/conditions/${handler}`]) {
        expect([path, (await call("GET", path)).status]).toEqual([path, 200]);
      }
      expect((await call("POST", "/event/explain", { event: "token_enable", serial: "S1" })).status).toBe(200);

      expect((await call("POST", `/event/disable/${id}`)).status).toBe(200);
      await call("POST", "/token/enable/S1");
      expect(await rowsOf(handler)).toHaveLength(1);
      for (const { id: each } of listed) expect((await call("DELETE", `/event/${each}`)).status).toBe(200);
      expect(((await call("GET", "/event/")).value as readonly unknown[]).length).toBe(0);
    },
  );
});

async function rowsOf(handler: string): Promise<readonly object[]> {
  const action = encodeURIComponent(`*token_enable>>${handler}:break`);
  const { value } = await call("GET", `/audit/?page_size=50&action=${action}`);
  return (value as { auditdata: readonly object[] }).auditdata;
}
