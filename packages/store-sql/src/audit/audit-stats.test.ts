import { completeBinding } from "@bookend/core";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { describeEachStore } from "../../test/describe-each-store.js";
import { openTestStore } from "../../test/fresh-store.js";
import { bucketQuery, lastRunQuery } from "./audit-stats.js";

const hour = 3_600_000;
const start = Date.parse("2026-03-15T00:00:00Z");

describeEachStore("statistics of the audit log", ({ dialect, freshUrl }) => {
  it("count the runs of each binding and all calls, in buckets", async () => {
    const { store } = await openTestStore(await freshUrl());
    const logging = { events: ["token_init"], handler: "Logging", action: "logging" };
    await store.bindings.write(
      ["a", "b"].map((name) => ({ kind: "insert", binding: completeBinding({ ...logging, name }) })),
    );
    const run = async (bindingId: number, at: number, success: boolean) => {
      const startedAt = new Date(start + at * hour);
      const common = {
        event: "token_init",
        startedAt,
        position: "post",
        handler: "Logging",
        handlerAction: "logging",
      } as const;
      const record = await store.audit.begin({
        ...common,
        id: `${bindingId}-${at}`,
        parent: `call-${at}`,
        action: "x",
        bindingId,
        bindingName: "b",
      });
      const end = { durationMs: 1, outcome: success ? "done" : "failed" } as const;
      await (success ? record.success(end) : record.failure(end));
    };
    await run(1, -5, true);
    await run(1, 0.5, true);
    await run(1, 0.6, false);
    await run(3, 2.5, true);
    await run(1, 4, true);
    // neither a run nor a call: the result of a delivery of the binding, and the state of a destination
    const delivery = await store.audit.begin({
      id: "delivery",
      parent: "call-0.5",
      action: "DELIVERY token_init>>UserNotification/mail",
      event: "token_init",
      position: "post",
      handler: "UserNotification",
      handlerAction: "mail",
      bindingId: 1,
      bindingName: "a",
      startedAt: new Date(start + 0.7 * hour),
    });
    await delivery.failure({ durationMs: 1, outcome: "failed" });
    const destination = { id: "dst", action: "DESTINATION disabled", success: false, durationMs: 0 };
    await store.audit.call({ ...destination, startedAt: new Date(start + 0.5 * hour) });
    for (const at of [0.5, 1.5, 1.6]) {
      await store.audit.call({
        id: `call-${at}`,
        action: "POST /x",
        success: at !== 1.6,
        startedAt: new Date(start + at * hour),
        durationMs: 1,
      });
    }
    expect(await store.audit.stats({ from: new Date(start), bucketMs: hour, buckets: 3 })).toEqual({
      bindings: [
        { id: 1, lastRun: new Date(start + 4 * hour), runs: [2, 0, 0], failures: [1, 0, 0] },
        // this binding no longer exists
        { id: 3, lastRun: undefined, runs: [0, 0, 1], failures: [0, 0, 0] },
      ],
      calls: [1, 2, 0],
      failedCalls: [0, 1, 0],
    });
  });

  it("are read from indexes, without a scan of the log", async () => {
    const { database } = await openTestStore(await freshUrl());
    const { db } = database;
    if (dialect === "postgres") await sql`set enable_seqscan = off`.execute(db);
    const planOf = async (query: { compile(): { sql: string; parameters: readonly unknown[] } }) => {
      const { sql: text, parameters } = query.compile();
      const explain = dialect === "sqlite" ? "explain query plan " : "explain ";
      const literal = text.replace(/\$\d+|\?/g, () => "0");
      expect(parameters.every((value) => typeof value === "number")).toBe(true);
      return JSON.stringify((await sql.raw(explain + literal).execute(db)).rows);
    };
    const [buckets, last] = [await planOf(bucketQuery(db, 0, 1)), await planOf(lastRunQuery(db))];
    const index = dialect === "sqlite" ? "USING COVERING INDEX" : "Index Only Scan using";
    expect(buckets).toContain(`${index} bookend_audit_startdate`);
    expect(last).toMatch(
      dialect === "sqlite"
        ? /SEARCH bookend_audit USING COVERING INDEX bookend_audit_last_run/
        : /Index Only Scan.*using bookend_audit_last_run/,
    );
  });
});
