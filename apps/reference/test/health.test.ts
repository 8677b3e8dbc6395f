import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, sql } from "@bookend/store-sql";
import { expect, it, onTestFinished, vi } from "vitest";
import { type ConfigInput, createLogger, loadSecrets, parseConfig, reportFailure, startServer } from "../src/index.js";

async function started(input: Partial<ConfigInput> = {}) {
  const dataDirectory = await mkdtemp(join(tmpdir(), "bookend-health-"));
  onTestFinished(() => rm(dataDirectory, { recursive: true }));
  const config = parseConfig({ dataDirectory, port: 0, log: { level: "silent" }, ...input });
  const server = await startServer({ config, secrets: await loadSecrets(config), logger: createLogger(config.log) });
  onTestFinished(() => server.close());
  const get = async (path: string) => {
    const response = await fetch(`${server.url}${path}`);
    return { status: response.status, body: await response.json() };
  };
  const logIn = async () =>
    (await fetch(`${server.url}/auth`, { method: "POST", body: new URLSearchParams({ username: "x", password: "y" }) }))
      .status;
  return { get, logIn, file: join(dataDirectory, "bookend.db") };
}

it("responds with an error in privacyIDEA's format to a path that is unknown, too long or cannot be decoded", async () => {
  const { get, logIn } = await started();
  await logIn();
  for (const [path, status] of [
    ["/token/init/%zz", 400],
    [`/token/getserial/${"9".repeat(600)}`, 414],
    ["/nowhere", 404],
  ] as const) {
    const { status: seen, body } = await get(path);
    expect([path, seen, body]).toEqual([
      path,
      status,
      expect.objectContaining({
        result: { status: false, error: { code: expect.any(Number), message: expect.any(String) } },
      }),
    ]);
    expect(JSON.stringify(body)).not.toContain("999");
  }
});

it.each([
  [false, 401, 200],
  [true, 503, 503],
])(
  "with audit.required %s, a login returns %d and /readyz %d if the audit log cannot be written",
  async (required, login, readyz) => {
    const { get, logIn, file } = await started({ audit: { required } });
    const audit = { state: "ok", required };
    expect(await get("/healthz")).toEqual({ status: 200, body: { status: "ok" } });
    const ready = { ready: true, database: "ok", bindings: "current", audit };
    expect(await get("/readyz")).toEqual({ status: 200, body: ready });
    expect(await logIn()).toBe(401);

    const { db, close } = await openDatabase<object>({ url: `sqlite:${file}` });
    onTestFinished(close);
    await sql`update bookend_audit_chain set signature = 'x'`.execute(db);
    await sql`update bookend_audit_chain set place = place + 1`.execute(db);
    expect(await logIn()).toBe(login);
    const broken = { state: "AUDIT_TAMPERED", required };
    expect(await get("/readyz")).toEqual({
      status: readyz,
      body: { ...ready, ready: !required, audit: broken },
    });
    expect((await get("/healthz")).status).toBe(200);
  },
);

it("reports in one sentence, without the password, that the database is unavailable", async () => {
  const database = { kind: "postgres", url: "postgres://u:hunter2@127.0.0.1:1/x" } as const;
  const said: string[] = [];
  const error = vi.spyOn(console, "error").mockImplementation((line: string) => void said.push(line));
  onTestFinished(() => error.mockRestore());
  await started({ database }).catch(reportFailure);
  expect(said).toEqual([
    expect.stringMatching(/^The PostgreSQL database cannot be opened: connect ECONNREFUSED 127\.0\.0\.1:1$/),
  ]);
});
