import { deferred } from "@bookend/test-kit";
import { expect, it, onTestFinished } from "vitest";
import { call as callEntry } from "../../test/audit-entries.js";
import { describeEachStore } from "../../test/describe-each-store.js";
import { testKey } from "../../test/fresh-store.js";
import { openDatabase, openStore, sql } from "../index.js";
import type { StoreSchema } from "../store-schema.js";

describeEachStore("the changes of calls that are committed together", ({ freshUrl, dialect }) => {
  // on SQLite, no transaction can lock a row for longer than another waits for the whole database
  it.runIf(dialect === "postgres")(
    "do not fail because the statement of one of the calls waits too long for the lock of a row",
    async () => {
      const url = await freshUrl();
      const opened = async (options: { statementTimeoutMs?: number } = {}) => {
        const database = await openDatabase<StoreSchema>({ url, ...options });
        onTestFinished(() => database.close());
        return database;
      };
      const database = await opened({ statementTimeoutMs: 300 });
      const { audit, counters, close } = await openStore({ database, auditKey: testKey });
      onTestFinished(close);
      for (const name of ["free", "held", "other"]) await counters.add(name, 1);
      const holder = await opened();
      const held = deferred<void>();
      const end = deferred<void>();
      const holding = holder.db.transaction().execute(async (trx) => {
        await sql`select 1 from bookend_counter where name = 'held' for update`.execute(trx);
        held.resolve();
        await end.promise;
      });
      await held.promise;
      const ends = await Promise.allSettled(
        ["free", "held", "other"].map(async (name) => {
          const call = { id: `of ${name}` };
          const unit = audit.unit(call);
          await counters.add(name, 1, call);
          await unit.commit(callEntry({ id: call.id }));
        }),
      );
      end.resolve();
      await holding;
      expect(ends).toMatchObject([
        { status: "fulfilled" },
        { status: "rejected", reason: { code: "STATEMENT_TIMEOUT" } },
        { status: "fulfilled" },
      ]);
      const values = (await counters.list()).map(({ name, value }) => `${name}: ${value}`);
      expect(values).toEqual(["free: 2", "held: 1", "other: 2"]);
      expect((await audit.verify()).ok).toBe(true);
    },
  );
});
