import { startTcpProxy } from "@bookend/test-kit/tcp-proxy";
import { sql } from "kysely";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { call, recordCalls } from "../../test/audit-entries.js";
import { openTestStore } from "../../test/fresh-store.js";
import { openDatabase } from "../index.js";

const postgres = inject("postgres");

describe.skipIf("skip" in postgres)("an audit log whose commit is not acknowledged", () => {
  it("continues after the entries that were committed", async () => {
    const serverUrl = "skip" in postgres ? "" : postgres.url;
    const server = await openDatabase<object>({ url: serverUrl });
    onTestFinished(() => server.close());
    const name = `lost_commit_${process.pid}`;
    await sql`create database ${sql.ref(name)}`.execute(server.db);
    const directory = new URL(serverUrl.replace("///", "//x/")).searchParams.get("host");
    const proxy = await startTcpProxy({ path: `${directory}/.s.PGSQL.5432` });
    onTestFinished(() => proxy.close());
    const { store } = await openTestStore(`postgres://bookend@127.0.0.1:${proxy.port}/${name}`);
    await recordCalls(store.audit, 1, 2);

    // deferred triggers run at the commit: the connection breaks, but the server still commits
    const other = await openDatabase<object>({ url: serverUrl.replace("///postgres?", `///${name}?`) });
    onTestFinished(() => other.close());
    await sql`create function slow_commit() returns trigger language plpgsql
      as 'begin perform pg_sleep(0.2); return null; end'`.execute(other.db);
    await sql`create constraint trigger slow_commit after insert on bookend_audit deferrable initially deferred
      for each row execute function slow_commit()`.execute(other.db);
    const lost = expect(store.audit.call(call({ id: "lost" }))).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    const commits = sql<{ count: number }>`select count(*) as count from pg_stat_activity
      where datname = ${name} and wait_event = 'PgSleep'`;
    await expect
      .poll(async () => Number((await commits.execute(server.db)).rows[0]?.count), { timeout: 5_000 })
      .toBe(1);
    proxy.cut();
    await lost;
    await sql`drop trigger slow_commit on bookend_audit`.execute(other.db);

    await recordCalls(store.audit, 3, 4);
    expect((await store.audit.search()).rows.map(({ id }) => id)).toEqual([
      "call-4",
      "call-3",
      "lost",
      "call-2",
      "call-1",
    ]);
    expect(await store.audit.failure()).toBeUndefined();
    expect(await store.audit.verify()).toMatchObject({ ok: true, checked: 5 });
  });
});
