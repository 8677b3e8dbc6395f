import { type CompiledQuery, type Kysely, type QueryExecutor, sql, type Transaction } from "kysely";
import { expect, it } from "vitest";
import { openTestStore } from "../../test/fresh-store.js";
import { noteOf } from "../../test/outbox/test-outbox.js";
import type { StoreSchema } from "../store-schema.js";
import { defaultCircuit } from "./circuit.js";
import { deliveryClaims } from "./claims.js";
import { rowOf } from "./delivery-row.js";
import { deliverySweeps } from "./sweep.js";
import { tryWriter } from "./try-writer.js";

/** Returns the same database, with its statements recorded. */
function watched<Target extends object>(target: Target, statements: CompiledQuery[]): Target {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        if (name === "executeQuery") statements.push(given[0] as CompiledQuery);
        const result: unknown = Reflect.apply(value, target, given);
        return name === "getExecutor" ? watched(result as QueryExecutor, statements) : result;
      };
    },
  });
}

it("does not use the index of states to find deliveries on SQLite, since all waiting deliveries have the same state", async () => {
  const { database } = await openTestStore("sqlite::memory:");
  const now = Date.now();
  const row = rowOf(noteOf("dlv_1", { createdAt: new Date(now) }), "x.x", { maxAgeMs: 60_000, now, aheadMs: 0 });
  await database.db.insertInto("bookend_delivery").values(row).execute();
  const statements: CompiledQuery[] = [];
  const db = watched(database.db as Kysely<StoreSchema>, statements);
  const trx = db as unknown as Transaction<StoreSchema>;
  const watching = { ...database, db };
  const claims = deliveryClaims(watching);
  const claimant = { owner: "test:1:1", now, lease: now + 1, kinds: { "Kit/note": 1 } };
  await claims.waiting();
  await claims.waiting("a");
  await claims.recent(now, 10);
  await claims.waitingFor(["kit"]);
  await claims.due([{ name: "kit", share: 1 }], claimant);
  const [claimed] = await claims.claim([{ name: "kit", share: 1 }], claimant, trx);
  if (!claimed) throw new Error("nothing was claimed");
  await claims.renew([claimed], now + 2);
  const sweeps = deliverySweeps(watching);
  await sweeps.abandoned(claimant, [claimed]);
  await sweeps.first();
  await sweeps.expired(now);
  await sweeps.overdue(now, now);
  const options = {
    database,
    owner: "test:1:1",
    node: "test",
    circuit: defaultCircuit,
    keepsSent: false,
  } as const;
  const settled = { state: "sent", due: now, reason: null, isUseless: false } as const;
  const ended = { row: claimed, result: { status: "sent" }, settled, at: now, ms: 1, now } as const;
  expect(await tryWriter(options).unwritten(trx, [ended])).toEqual({ lost: new Set(), cancelled: new Set() });
  expect(await tryWriter(options).write(trx, [ended])).toBe(true);
  expect(statements.length).toBeGreaterThanOrEqual(14);
  for (const { sql: text, parameters } of statements) {
    const { rows } = await database.db.executeQuery<{ detail: string }>({
      ...(sql`select 1`.compile(database.db) as CompiledQuery<{ detail: string }>),
      sql: `explain query plan ${text}`,
      parameters,
    });
    const plan = rows.map(({ detail }) => detail).join("\n");
    expect(plan, text).not.toMatch(/bookend_delivery_state|SCAN (bookend_delivery|x|d|s|w)( |$)(?!USING)/);
  }
});
