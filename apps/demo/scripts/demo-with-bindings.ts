import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, loadSecrets, parseConfig } from "@bookend/reference";
import { type DemoServer, startDemo } from "../src/start-demo.js";

/** The administrator of the demo. */
export const admin = { username: "admin", password: "bookend-demo" };

/** Starts a demo on a free port, with a temporary directory that is removed when it closes. */
export async function startTemporaryDemo(): Promise<DemoServer> {
  const data = await mkdtemp(join(tmpdir(), "bookend-demo-data-"));
  const config = parseConfig({ dataDirectory: data, port: 0, rateLimit: { exempt: ["127.0.0.0/8"] } });
  const logger = createLogger(config.log, { write: () => undefined });
  const server = await startDemo({ config, secrets: await loadSecrets(config), logger });
  return {
    ...server,
    async close() {
      await server.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Adds bindings until there are 5,000. */
export async function fillTo5000({ bookend }: DemoServer): Promise<void> {
  const { length } = await bookend.bindings.list();
  const many = Array.from({ length: 5_000 - length }, (_, index) => ({
    name: `Rule ${index}: count what branch ${index % 40} does`,
    events: [index % 2 === 0 ? "token_enable" : "auth"],
    handler: "Counter",
    action: "increase_counter",
    active: index % 5 !== 0,
    ordering: index % 10,
    conditions: index % 3 === 0 ? { tokentype: "hotp,totp", failcounter: ">=3" } : {},
    options: { counter_name: `branch-${index % 40}` },
  }));
  await bookend.bindings.import(many, { mode: "add" });
}

/** Calls a route of the server; resolves to the value of its response. */
export async function post(url: string, path: string, body: object, token?: string): Promise<{ token?: string }> {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token !== undefined && { authorization: token }) },
    body: JSON.stringify(body),
  });
  const { result } = (await response.json()) as { result?: { value?: { token?: string } } };
  return result?.value ?? {};
}
