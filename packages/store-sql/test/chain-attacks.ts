import type { AuditChain } from "../src/audit/chain-record.js";
import type { AuditFinding } from "../src/index.js";
import type { Db } from "./audit-attacks.js";

/**
 * The changes that an intruder may make to a log of two chains, each with five rows in batches of one, and two or more
 * checkpoints; and the findings. `records` are those of both chains when they had three rows. The last field states
 * whether running processes, which read neither rows nor older checkpoints, also notice the change.
 */
export const chainAttacks: Readonly<
  Record<
    string,
    readonly [(db: Db, records: readonly AuditChain[]) => Promise<unknown>, Partial<AuditFinding>, boolean]
  >
> = {
  "deletes a chain": [
    async (db) => {
      await db.deleteFrom("bookend_audit").where("writer", "=", 2).execute();
      await db.deleteFrom("bookend_audit_chain").where("writer", "=", 2).execute();
    },
    { writer: 2, reason: "head" },
    true,
  ],
  "deletes the record of a chain": [
    (db) => db.deleteFrom("bookend_audit_chain").where("writer", "=", 2).execute(),
    { writer: 2, number: 5, reason: "head" },
    true,
  ],
  "swaps two chains": [
    (db) => swap(db, ["bookend_audit", "bookend_audit_chain"]),
    { writer: 1, number: 5, reason: "head" },
    true,
  ],
  "swaps the rows of two chains": [
    (db) => swap(db, ["bookend_audit"]),
    { writer: 1, number: 1, reason: "changed" },
    false,
  ],
  "swaps the records of two chains": [
    (db) => swap(db, ["bookend_audit_chain"]),
    { writer: 1, number: 5, reason: "head" },
    true,
  ],
  "rolls a chain back to what was signed earlier": [
    async (db, records) => {
      await db.deleteFrom("bookend_audit").where("writer", "=", 2).where("place", ">", 3).execute();
      for (const record of records) {
        if (record.writer !== 2) continue;
        await db.updateTable("bookend_audit_chain").set(record).where("writer", "=", 2).execute();
      }
    },
    { writer: 2, number: 5, reason: "rolled_back" },
    true,
  ],
  "moves a row to another chain": [
    (db) =>
      db
        .updateTable("bookend_audit")
        .set({ writer: 1, place: 6 })
        .where("writer", "=", 2)
        .where("place", "=", 5)
        .execute(),
    { writer: 1, number: 6, reason: "unexpected" },
    false,
  ],
  "exchanges a row for that of another chain": [
    async (db) => {
      await db.deleteFrom("bookend_audit").where("writer", "=", 1).where("place", "=", 4).execute();
      await db.updateTable("bookend_audit").set({ writer: 1 }).where("writer", "=", 2).where("place", "=", 4).execute();
    },
    { writer: 1, number: 4, reason: "changed" },
    false,
  ],
  "removes a checkpoint": [
    async (db) =>
      db
        .deleteFrom("bookend_audit_checkpoint")
        .where("number", "=", (await newest(db)) - 1)
        .execute(),
    { reason: "checkpoint" },
    false,
  ],
  "removes the first checkpoint": [
    (db) => db.deleteFrom("bookend_audit_checkpoint").where("number", "=", 1).execute(),
    { number: 1, reason: "checkpoint" },
    false,
  ],
  "removes the newest checkpoint": [
    async (db) =>
      db
        .deleteFrom("bookend_audit_checkpoint")
        .where("number", "=", await newest(db))
        .execute(),
    { reason: "checkpoint" },
    true,
  ],
  "changes the contents of a checkpoint": [
    async (db) => {
      const { leaves } = await db
        .selectFrom("bookend_audit_checkpoint")
        .select("leaves")
        .where("number", "=", await newest(db))
        .executeTakeFirstOrThrow();
      await db
        .updateTable("bookend_audit_checkpoint")
        .set({ leaves: leaves.replace("[1,", "[3,") })
        .where("number", "=", await newest(db))
        .execute();
    },
    { reason: "checkpoint" },
    true,
  ],
  "omits an open chain from later checkpoints": [
    (db) => db.updateTable("bookend_audit_chain").set({ settled: 1 }).where("writer", "=", 2).execute(),
    { writer: 2, number: 5, reason: "head" },
    true,
  ],
};

async function newest(db: Db): Promise<number> {
  const { number } = await db
    .selectFrom("bookend_audit_checkpoint")
    .select("number")
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirstOrThrow();
  return number;
}

/** Swaps the data of writer 1 and writer 2. */
async function swap(db: Db, tables: readonly ("bookend_audit" | "bookend_audit_chain")[]): Promise<void> {
  for (const table of tables) {
    for (const [from, to] of [
      [1, 99],
      [2, 1],
      [99, 2],
    ] as const) {
      await db.updateTable(table).set({ writer: to }).where("writer", "=", from).execute();
    }
  }
}
