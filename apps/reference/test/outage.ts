import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, openStore, sql } from "@bookend/store-sql";
import { startPostgres } from "@bookend/test-kit/postgres";
import { addAdmin, ended, logIn, run, urlOf } from "./server-process.js";

/** Number of concurrent callers. */
const callers = 8;

/** Number of successful calls between two outages. */
const callsBetween = 25;

/** The result of making the database unavailable and available again while a server handles calls. */
export interface OutageReport {
  /** Calls that succeeded. */
  readonly acknowledged: number;
  /** Calls that failed with 503. */
  readonly refused: number;
  /** Statuses of other responses, and reasons of requests without one. There must be none. */
  readonly unexpected: readonly string[];
  /** Serials of acknowledged calls whose token or row in the audit log is not stored. There must be none. */
  readonly lost: readonly string[];
  /** For each outage: milliseconds from the database's return to the first call that succeeded. */
  readonly recoveredAfterMs: readonly number[];
  /** For each outage: statuses of `/healthz` and `/readyz` while the database was unavailable. */
  readonly health: readonly (readonly [healthz: number, readyz: number])[];
  readonly auditOk: boolean;
  /** Exit code of the server after SIGTERM. */
  readonly exitCode: number | null;
}

/** Runs a new server on a PostgreSQL whose postmaster is killed and restarted under load `rounds` times. */
export async function runOutages(rounds: number): Promise<OutageReport | { readonly skip: string }> {
  const postgres = await startPostgres({ durable: true });
  if ("skip" in postgres) return postgres;
  const directory = await mkdtemp(join(tmpdir(), "bookend-outage-"));
  const config = join(directory, "config.json");
  const database = { kind: "postgres", url: postgres.url };
  const pinHash = { memoryCost: 8, timeCost: 1, parallelism: 1 };
  const settings = { dataDirectory: "data", port: 0, database, pinHash, audit: { required: true } };
  await writeFile(config, JSON.stringify({ ...settings, log: { level: "error" } }));
  let server: ChildProcess | undefined;
  try {
    await addAdmin(config);
    server = run(["serve", "--config", config]);
    const { serials, ...report } = await outages(server, await urlOf(server), postgres, rounds);
    server.kill("SIGTERM");
    const exitCode = await ended(server);
    const auditKey = await readFile(join(directory, "data/secrets/audit.pem"), "utf8");
    return { ...report, exitCode, ...(await stored(postgres.url, auditKey, serials)) };
  } finally {
    server?.kill("SIGKILL");
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function outages(
  server: ChildProcess,
  url: string,
  postgres: { kill(): Promise<void>; restart(): Promise<void> },
  rounds: number,
) {
  const serials: string[] = [];
  const unexpected: string[] = [];
  const recoveredAfterMs: number[] = [];
  const health: (readonly [number, number])[] = [];
  let refused = 0;
  let running = true;
  /** Wakes `until`. Called after each response. */
  let answered: () => void = () => undefined;
  const until = async (condition: () => boolean) => {
    while (!condition()) {
      if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}.`);
      await new Promise<void>((resolve) => {
        answered = resolve;
      });
    }
  };
  const authorization = await logIn(url);
  const statusOf = async (path: string) => (await fetch(`${url}${path}`)).status;
  const caller = async (number: number) => {
    for (let count = 0; running; count++) {
      const serial = `S${number}X${count}`;
      const parameters = { type: "spass", serial, pin: "1" };
      const status = await post(`${url}/token/init`, parameters, { authorization }).catch(String);
      if (status === 200) serials.push(serial);
      else if (status === 503) refused += 1;
      else unexpected.push(String(status));
      answered();
      // while the database is unavailable, calls fail at once; another request keeps the callers from a busy loop
      if (status !== 200) await statusOf("/healthz").catch(() => undefined);
    }
  };
  const working = Array.from({ length: callers }, (_, number) => caller(number));
  for (let round = 0; round < rounds; round++) {
    const before = serials.length;
    await until(() => serials.length >= before + callsBetween);
    const refusedBefore = refused;
    await postgres.kill();
    await until(() => refused > refusedBefore);
    health.push([await statusOf("/healthz"), await statusOf("/readyz")]);
    await postgres.restart();
    const returned = performance.now();
    const known = serials.length;
    await until(() => serials.length > known);
    recoveredAfterMs.push(Math.round(performance.now() - returned));
  }
  const before = serials.length;
  await until(() => serials.length >= before + callsBetween);
  running = false;
  await Promise.all(working);
  return { serials, acknowledged: serials.length, refused, unexpected, recoveredAfterMs, health };
}

/** Returns the serials of acknowledged calls that are not completely stored, and whether the audit log verifies. */
async function stored(url: string, auditKey: string, serials: readonly string[]) {
  const database = await openDatabase<object>({ url });
  const store = await openStore({ database, auditKey });
  const { ok } = await store.audit.verify();
  const serialsIn = async (query: ReturnType<typeof sql<{ serial: string }>>) =>
    new Set((await query.execute(database.db)).rows.map(({ serial }) => serial));
  const tokens = await serialsIn(sql<{ serial: string }>`select serial from token`);
  const audited = await serialsIn(
    sql<{ serial: string }>`select serial from bookend_audit where success = 1 and serial is not null`,
  );
  await store.close();
  await database.close();
  return { lost: serials.filter((serial) => !tokens.has(serial) || !audited.has(serial)), auditOk: ok };
}

async function post(url: string, parameters: object, headers: Record<string, string>): Promise<number> {
  const body = JSON.stringify(parameters);
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}
