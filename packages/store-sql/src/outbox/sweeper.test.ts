import { describeEachDatabase } from "@bookend/test-kit/databases";
import type { CompiledQuery, Kysely, QueryExecutor } from "kysely";
import { expect, it } from "vitest";
import { openTestStore } from "../../test/fresh-store.js";
import { noteOf } from "../../test/outbox/test-outbox.js";
import type { StoreSchema } from "../store-schema.js";
import { rowOf } from "./delivery-row.js";
import { outboxDefaults } from "./outbox-options.js";
import { deliverySweeps } from "./sweep.js";
import { createSweeper } from "./sweeper.js";

/** The same database; the SQL of what runs outside of transactions is kept, and transactions are counted. */
function watched(target: object, statements: string[]): object {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        if (name === "executeQuery") statements.push((given[0] as CompiledQuery).sql.trim());
        if (name === "transaction") statements.push("begin");
        const result: unknown = Reflect.apply(value, target, given);
        return name === "getExecutor" ? watched(result as QueryExecutor, statements) : result;
      };
    },
  });
}

describeEachDatabase("a sweep", ({ freshUrl }) => {
  it("only reads, once, while nothing is being sent and nothing is too old", async () => {
    const { database } = await openTestStore(await freshUrl());
    const now = Date.now();
    const waiting = rowOf(noteOf("dlv_1", { createdAt: new Date(now) }), "x.x", { maxAgeMs: 60_000, now, aheadMs: 0 });
    await database.db.insertInto("bookend_delivery").values(waiting).execute();
    const statements: string[] = [];
    const db = watched(database.db, statements) as Kysely<StoreSchema>;
    const unexpected = async () => {
      throw new Error("there is nothing to end");
    };
    const { sweep, ended } = createSweeper({
      sweeps: deliverySweeps({ ...database, db }),
      outcomes: { end: unexpected },
      settler: { add: unexpected },
      tries: { held: () => [] },
      kinds: new Map(),
      owner: "test:1:1",
      // sweeps follow each other at once
      numbers: { ...outboxDefaults, leaseMs: 0, pollMs: 60_000 },
      time: { now: () => now, read: async () => undefined },
      isInjected: true,
      failed: (error) => {
        throw error;
      },
      isClosing: () => false,
    });
    await sweep();
    // the first one removes what has been kept long enough
    await ended();
    statements.length = 0;
    await sweep();
    expect(statements).toEqual([expect.stringMatching(/^select /)]);
  });
});
