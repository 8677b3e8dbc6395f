import { EventEmitter, once } from "node:events";
import { startTcpProxy, type TcpProxy } from "@bookend/test-kit/tcp-proxy";
import { sql } from "kysely";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { type Database, type DatabaseOptions, openDatabase } from "./index.js";
import { listenOnPostgres } from "./postgres-listener.js";
import { createPostgresPool } from "./postgres-pool.js";

const postgres = inject("postgres");
const skipped = "skip" in postgres;

const gone = { name: "StoreError", code: "DATABASE_UNAVAILABLE" };
const late = { name: "StoreError", code: "DATABASE_TIMEOUT" };
const slow = { name: "StoreError", code: "STATEMENT_TIMEOUT" };
const quick = { acquireTimeoutMs: 1_000, statementTimeoutMs: 100 };

/** Opens a database behind a network that the test interrupts. */
async function behindProxy(options: Partial<DatabaseOptions> = {}) {
  const proxy = await proxied();
  const database = await openDatabase<object>({ url: urlOf(proxy), ...options });
  onTestFinished(() => database.close());
  return { proxy, ...database };
}

async function proxied(port?: number): Promise<TcpProxy> {
  const directory = new URL(serverUrl().replace("///", "//x/")).searchParams.get("host");
  const proxy = await startTcpProxy({ path: `${directory}/.s.PGSQL.5432` }, port);
  onTestFinished(() => proxy.close());
  return proxy;
}

const serverUrl = () => ("skip" in postgres ? "" : postgres.url);
const urlOf = ({ port }: { port: number }) => `postgres://bookend@127.0.0.1:${port}/postgres`;
const works = async ({ db }: Pick<Database<object>, "db">) =>
  (await sql<{ one: number }>`select 1 as one`.execute(db)).rows;

/** Terminates connections like an administrator of the server. */
async function terminate(pid: number): Promise<void> {
  const other = await openDatabase({ url: serverUrl() });
  await sql`select pg_terminate_backend(${pid})`.execute(other.db);
  await other.close();
}

const pidOf = async (db: Database<object>["db"]) =>
  (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid ?? 0;

describe.skipIf(skipped)("a PostgreSQL database that becomes unavailable", () => {
  it.each([
    ["cut", async ({ proxy }: { proxy: TcpProxy }) => proxy.cut()],
    ["terminated by the server", ({ pid }: { pid: number }) => terminate(pid)],
  ])("rejects a transaction whose connection is %s, and works again immediately", async (_, breakIt) => {
    const { proxy, ...database } = await behindProxy();
    await sql`create temporary table t (n int)`.execute(database.db);
    const transaction = database.db.transaction().execute(async (trx) => {
      const pid = await pidOf(trx);
      await breakIt({ proxy, pid });
      // the connection breaks between queries, when no query is waiting that could fail
      await new Promise((resolve) => setImmediate(resolve));
      await sql`select 1`.execute(trx);
    });
    await expect(transaction).rejects.toMatchObject(gone);
    expect(await works(database)).toEqual([{ one: 1 }]);
  });

  it("rejects a running statement, and keeps its error even if the rollback also fails", async () => {
    const { proxy, ...database } = await behindProxy();
    const running = database.db.transaction().execute(async (trx) => {
      const slept = sql`select pg_sleep(60)`.execute(trx);
      proxy.cut();
      await slept;
    });
    await expect(running).rejects.toMatchObject({ ...gone, message: expect.stringContaining("not available") });
    expect(await works(database)).toEqual([{ one: 1 }]);
  });

  it("replaces all idle connections if one of them breaks", async () => {
    const { proxy, ...database } = await behindProxy({ poolSize: 5 });
    await Promise.all([1, 2, 3, 4, 5].map(() => sql`select pg_sleep(0.05)`.execute(database.db)));
    proxy.cut();
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map(() => works(database)));
    for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toMatchObject(gone);
    expect(await Promise.all([1, 2, 3, 4, 5].map(() => works(database)))).toHaveLength(5);
  });

  it("does not wait forever for a silent server, and works again when it responds", async () => {
    const { proxy, ...database } = await behindProxy(quick);
    proxy.stall();
    // first the idle connection, then new ones
    await expect(works(database)).rejects.toMatchObject(gone);
    await expect(works(database)).rejects.toMatchObject(gone);
    proxy.resume();
    expect(await works(database)).toEqual([{ one: 1 }]);
  });

  it("closes even if the server is silent", async () => {
    const { proxy, close } = await behindProxy(quick);
    proxy.stall();
    await expect(close()).resolves.toBeUndefined();
  });

  it("cancels a statement that takes too long, and keeps its connection", async () => {
    const { db } = await behindProxy({ ...quick, poolSize: 1 });
    const pid = await pidOf(db);
    await expect(sql`select pg_sleep(60)`.execute(db)).rejects.toMatchObject(slow);
    expect(await pidOf(db)).toBe(pid);
  });

  it("lets patient statements take longer", async () => {
    const { patiently } = await behindProxy(quick);
    await expect(patiently(10_000, (db) => sql`select pg_sleep(0.2)`.execute(db))).resolves.toBeDefined();
    await expect(patiently(50, (db) => sql`select pg_sleep(60)`.execute(db))).rejects.toMatchObject(slow);
  });

  it("does not wait forever for a connection of the pool", async () => {
    const { db } = await behindProxy({ acquireTimeoutMs: 1_000, poolSize: 1 });
    await db.transaction().execute(async (trx) => {
      await sql`select 1`.execute(trx);
      await expect(sql`select 1`.execute(db)).rejects.toMatchObject(late);
    });
  });

  it("passes on errors of statements", async () => {
    const { db } = await behindProxy();
    await expect(sql`select nonsense`.execute(db)).rejects.toMatchObject({ code: "42703" });
  });

  it("waits while it is opened, if requested", async () => {
    const reserved = await proxied();
    await reserved.close();
    await expect(openDatabase({ url: urlOf(reserved) })).rejects.toMatchObject({
      ...gone,
      message: expect.stringMatching(/^The PostgreSQL database cannot be opened: .*ECONNREFUSED/),
    });
    const opening = openDatabase<object>({ url: urlOf(reserved), waitMs: 60_000 });
    await proxied(reserved.port);
    const database = await opening;
    onTestFinished(() => database.close());
    expect(await works(database)).toEqual([{ one: 1 }]);
  });

  it("waits no longer than requested, even if the server accepts connections but sends nothing", async () => {
    const proxy = await proxied();
    proxy.stall();
    await expect(openDatabase({ url: urlOf(proxy), acquireTimeoutMs: 50, waitMs: 100 })).rejects.toMatchObject(gone);
  });

  it("resumes listening after the server was silent", async () => {
    const proxy = await proxied();
    const heard = new EventEmitter();
    const next = () => once(heard, "listening");
    let listening = next();
    const listener = { message: () => undefined, listening: () => heard.emit("listening") };
    const stop = listenOnPostgres(urlOf(proxy), "c", listener, { checkMs: 20, answerMs: 1_000 });
    onTestFinished(stop);
    await listening;
    listening = next();
    proxy.stall();
    // a check fails, and a new connection waits until the server responds again
    await proxy.connected();
    proxy.resume();
    await listening;
  });
});

describe.skipIf(skipped)("a copy from PostgreSQL", () => {
  const rows = (count: number) => `copy (select n, null, 'a' || chr(10) from generate_series(1, ${count}) n) to stdout`;

  it("returns a line for each row, and leaves the connection usable", async () => {
    const { client } = await connected();
    const lines = await client.copyOut(rows(10_000));
    expect(lines).toHaveLength(10_000);
    expect(lines.at(-1)).toBe("10000\t\\N\ta\\n");
    expect(await client.copyOut(rows(0))).toEqual([]);
    expect((await client.query("select 1 as one", [])).rows).toEqual([{ one: 1 }]);
  });

  it.each([
    ["is not valid", "copy (select nothing) to stdout", { code: "42703" }],
    [
      "fails among its rows",
      "copy (select 1 / (500 - n) from generate_series(1, 1000) n) to stdout",
      { code: "22012" },
    ],
    ["takes too long", "copy (select pg_sleep(60)) to stdout", slow],
  ])("rejects if it %s, and leaves the connection usable", async (_, text, error) => {
    const { client } = await connected();
    await expect(client.copyOut(text)).rejects.toMatchObject(error);
    expect(await client.copyOut(rows(1))).toHaveLength(1);
  });

  it("rejects if the connection breaks", async () => {
    const { proxy, client } = await connected(10_000);
    const copied = client.copyOut("copy (select pg_sleep(60)) to stdout");
    proxy.cut();
    await expect(copied).rejects.toMatchObject(gone);
    await expect(client.copyOut(rows(1))).rejects.toMatchObject(gone);
  });

  it("does not wait forever for a silent server", async () => {
    const { proxy, client } = await connected();
    proxy.stall();
    await expect(client.copyOut(rows(1))).rejects.toMatchObject(gone);
  });

  async function connected(statementTimeoutMs = quick.statementTimeoutMs) {
    const proxy = await proxied();
    const pool = createPostgresPool({ url: urlOf(proxy), poolSize: 1, acquireTimeoutMs: 1_000, statementTimeoutMs });
    onTestFinished(() => pool.end());
    const client = await pool.connect();
    onTestFinished(() => client.release());
    return { proxy, client };
  }
});
