import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openDatabase, openStore, sql } from "@bookend/store-sql";
import { startPostgres } from "@bookend/test-kit/postgres";
import { expect, it, onTestFinished } from "vitest";
import { addAdmin, ended, logIn, run } from "./server-process.js";

/** Failed logins per minute. */
const failedLogins = 4;

/** A line of the log of a server with workers. */
interface Line {
  readonly msg?: string;
  readonly worker?: number;
  readonly pid?: number;
  readonly level?: number;
  readonly restartMs?: number;
}

/** Starts a server of two workers. Returns it with its log. */
async function twoWorkers(databaseUrl: string) {
  const directory = await mkdtemp(join(tmpdir(), "bookend-workers-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const config = join(directory, "config.json");
  await writeFile(
    config,
    JSON.stringify({
      dataDirectory: "data",
      port: 0,
      pinHash: { memoryCost: 8, timeCost: 1, parallelism: 1 },
      database: { kind: "postgres", url: databaseUrl },
      rateLimit: { failedLogins },
      metrics: { allow: ["127.0.0.1"] },
      audit: { required: true },
    }),
  );
  await addAdmin(config);
  const server = run(["serve", "--config", config, "--workers", "2"]);
  onTestFinished(async () => {
    server.kill("SIGKILL");
    await ended(server);
  });
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  let url = "";
  createInterface(server.stdout as NonNullable<ChildProcess["stdout"]>).on("line", (line) => {
    url = /ready at (http[^,\s]+)/.exec(line)?.[1] ?? url;
    if (line.startsWith("{")) lines.push(JSON.parse(line) as Line);
    for (const look of waiting) look();
  });
  /** Resolves as soon as the condition holds. It is checked after each line of the server's output. */
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const said = (msg: string) => lines.filter((line) => line.msg === msg);
  return { directory, server, lines, said, until, url: () => url };
}

/** Calls the server over a new connection, so that any of the workers may receive the call. */
function call(url: string, path: string, body?: object, headers: Record<string, string> = {}, signal?: AbortSignal) {
  return new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const sent = request(
      `${url}${path}`,
      {
        method: body === undefined ? "GET" : "POST",
        agent: new Agent({ keepAlive: false }),
        headers: { ...headers, ...(body && { "content-type": "application/json" }) },
        signal,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(body && JSON.stringify(body));
  });
}

it("two workers serve one port, count together, are restarted when killed, and end after their running calls", async ({
  skip,
}) => {
  const postgres = await startPostgres();
  if ("skip" in postgres) return skip(postgres.skip);
  onTestFinished(() => postgres.stop());
  const { directory, server, lines, said, until, url: where } = await twoWorkers(postgres.url);
  await until(() => where() !== "");
  const url = where();
  const authorization = await logIn(url);

  // a limit applies to the server, not to each worker
  const wrong = { username: "root", password: "wrong" };
  const logins = await Promise.all(Array.from({ length: 12 }, () => call(url, "/auth", wrong)));
  expect(logins.filter(({ status }) => status === 401)).toHaveLength(failedLogins);
  expect(logins.filter(({ status }) => status === 429)).toHaveLength(12 - failedLogins);

  // one of the workers is killed under load
  const stored: string[] = [];
  let [running, refused] = [true, 0];
  const caller = async (number: number) => {
    for (let count = 0; running; count++) {
      const serial = `S${number}X${count}`;
      const answer = await call(url, "/token/init", { type: "spass", serial, pin: "1" }, { authorization }).catch(
        () => undefined,
      );
      if (answer?.status === 200) stored.push(serial);
      else if (answer !== undefined) refused += 1;
    }
  };
  const callers = Array.from({ length: 4 }, (_, number) => caller(number));
  await until(() => stored.length > 10);
  process.kill(said("worker ready").find(({ worker }) => worker === 2)?.pid ?? 0, "SIGKILL");
  await until(() => said("worker ready").length === 3);
  const before = stored.length;
  await until(() => stored.length > before + 20);
  running = false;
  await Promise.all(callers);
  expect(refused).toBe(0);
  expect(said("worker ready").map(({ worker }) => worker)).toEqual(expect.arrayContaining([1, 2, 2]));
  expect(new Set(said("call").map(({ worker }) => worker))).toEqual(new Set([1, 2]));

  // each metric of a worker has the worker's number as a label; metrics from the database appear only once
  const metrics = (await call(url, "/metrics")).text.split("\n");
  for (const worker of ["1", "2"]) {
    expect(metrics).toContainEqual(expect.stringMatching(`^process_cpu_seconds_total\\{.*worker="${worker}".*\\}`));
  }
  expect(metrics.filter((line) => line.startsWith('bookend_deliveries{state="dead"'))).toEqual([
    'bookend_deliveries{state="dead"} 0',
  ]);

  // when the server receives SIGTERM, a call is running whose client has hung up
  const database = await openDatabase<object>({ url: postgres.url });
  onTestFinished(() => database.close());
  const blocked = () =>
    sql<{ count: number }>`select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock'`
      .execute(database.reader)
      .then(({ rows }) => rows[0]?.count ?? 0);
  await database.db.transaction().execute(async (trx) => {
    await sql`lock table token in access exclusive mode`.execute(trx);
    const client = new AbortController();
    const gone = call(
      url,
      "/token/init",
      { type: "spass", serial: "LAST", pin: "1" },
      { authorization },
      client.signal,
    );
    await expect.poll(blocked, { timeout: 5_000, interval: 10 }).toBeGreaterThan(0);
    client.abort();
    await expect(gone).rejects.toThrow();
    server.kill("SIGTERM");
    await until(() => said("closing: running calls finish").length === 3);
  });
  const exited = server.exitCode ?? (await once(server, "exit"))[0];
  expect(exited).toBe(0);
  expect(lines.filter(({ level = 0, msg }) => level >= 50 && msg !== "a worker ended")).toEqual([]);

  const auditKey = await readFile(join(directory, "data/secrets/audit.pem"), "utf8");
  const store = await openStore({ database, auditKey });
  onTestFinished(() => store.close());
  expect(await store.audit.verify()).toMatchObject({ ok: true });
  const audited = await sql<{ serial: string }>`
    select serial from bookend_audit join token using (serial) where success = 1 and action = 'POST /token/init'`.execute(
    database.reader,
  );
  expect(audited.rows.map(({ serial }) => serial)).toEqual(expect.arrayContaining([...stored, "LAST"]));
});

it("a worker that fails repeatedly ends the server with exit code 1", async ({ skip }) => {
  const postgres = await startPostgres();
  if ("skip" in postgres) return skip(postgres.skip);
  onTestFinished(() => postgres.stop());
  const { server, said, until, url } = await twoWorkers(postgres.url);
  await until(() => url() !== "");
  const ofSecond = (msg: string) => said(msg).filter(({ worker }) => worker === 2);
  for (let kill = 1; kill <= 5; kill++) {
    await until(() => ofSecond("a worker starts").length === kill);
    process.kill(ofSecond("a worker starts").at(-1)?.pid ?? 0, "SIGKILL");
    await until(() => ofSecond("a worker ended").length === kill);
  }
  expect(ofSecond("a worker ended").map(({ restartMs }) => restartMs)).toEqual([100, 200, 400, 800, undefined]);
  expect(server.exitCode ?? (await once(server, "exit"))[0]).toBe(1);
});
