import { chainStart, sealMark, sealRow } from "../src/audit/audit-chain.js";
import { createAuditSigner } from "../src/audit/audit-keys.js";
import type { AuditRow } from "../src/audit/audit-row.js";
import { type Database, generateAuditKey } from "../src/index.js";
import type { StoreSchema } from "../src/store-schema.js";
import { testKey } from "./fresh-store.js";

/** Past all checks of the store. */
export type Db = Database<StoreSchema>["db"];

/** What an intruder who can write the database, but has no key, may do to a log of ten rows; which row verifying finds, and why. */
export const auditAttacks: Readonly<Record<string, readonly [(db: Db) => Promise<unknown>, number, string]>> = {
  "removes a row": [(db) => removeRow(db, 4), 4, "missing"],
  "removes the first row": [(db) => removeRow(db, 1), 1, "missing"],
  "removes the newest row": [(db) => removeRow(db, 10), 10, "truncated"],
  "removes the newest rows": [(db) => db.deleteFrom("bookend_audit").where("number", ">", 6).execute(), 7, "truncated"],
  "removes all rows": [(db) => db.deleteFrom("bookend_audit").execute(), 1, "truncated"],
  "removes the newest rows and puts the head back": [
    async (db) => {
      await db.deleteFrom("bookend_audit").where("number", ">", 6).execute();
      const { hash } = await readRow(db, 6);
      await db.updateTable("bookend_audit_mark").set({ number: 6, hash }).where("kind", "=", "head").execute();
    },
    6,
    "head",
  ],
  "removes the head": [(db) => db.deleteFrom("bookend_audit_mark").execute(), 10, "head"],
  "swaps two rows": [
    async (db) => {
      for (const [from, to] of [
        [3, 30],
        [4, 3],
        [30, 4],
      ] as const) {
        await db.updateTable("bookend_audit").set({ number: to }).where("number", "=", from).execute();
      }
    },
    3,
    "changed",
  ],
  "inserts a row between others": [
    async (db) => {
      for (let number = 10; number > 4; number--) {
        await db
          .updateTable("bookend_audit")
          .set({ number: number + 1 })
          .where("number", "=", number)
          .execute();
      }
      await db
        .insertInto("bookend_audit")
        .values({ ...(await readRow(db, 4)), number: 5 })
        .execute();
    },
    5,
    "changed",
  ],
  "appends a copy": [
    async (db) =>
      db
        .insertInto("bookend_audit")
        .values({ ...(await readRow(db, 4)), number: 11 })
        .execute(),
    11,
    "unexpected",
  ],
  "puts a row before the first": [
    async (db) =>
      db
        .insertInto("bookend_audit")
        .values({ ...(await readRow(db, 4)), number: 0 })
        .execute(),
    0,
    "unexpected",
  ],
  "changes a row and all hashes after it": [
    async (db) => {
      const signer = { ...createAuditSigner(testKey), sign: () => "AAAA" };
      await rewriteFrom(db, 5, signer);
    },
    5,
    "forged",
  ],
  "writes rows with a key of its own": [
    (db) => rewriteFrom(db, 5, createAuditSigner(generateAuditKey())),
    5,
    "unknown_key",
  ],
  "moves the checkpoint": [
    async (db) => {
      await db.deleteFrom("bookend_audit").where("number", "<=", 3).execute();
      const checkpoint = sealMark(createAuditSigner(generateAuditKey()), "checkpoint", await readRow(db, 4));
      await db.insertInto("bookend_audit_mark").values(checkpoint).execute();
    },
    4,
    "checkpoint",
  ],
  "takes the head's signature for a checkpoint": [
    async (db) => {
      const head = await db.selectFrom("bookend_audit_mark").selectAll().executeTakeFirstOrThrow();
      await db.deleteFrom("bookend_audit").execute();
      await db
        .insertInto("bookend_audit_mark")
        .values({ ...head, kind: "checkpoint" })
        .execute();
    },
    10,
    "checkpoint",
  ],
};

/** Deletes a row. */
export async function removeRow(db: Db, number: number): Promise<void> {
  await db.deleteFrom("bookend_audit").where("number", "=", number).execute();
}

/** Reads a row. */
export function readRow(db: Db, number: number): Promise<AuditRow> {
  return db.selectFrom("bookend_audit").selectAll().where("number", "=", number).executeTakeFirstOrThrow();
}

/** Changes row `number`, and seals it and those after it again. */
async function rewriteFrom(db: Db, number: number, signer: ReturnType<typeof createAuditSigner>): Promise<void> {
  const rows = await db.selectFrom("bookend_audit").selectAll().orderBy("number").execute();
  let previous = rows[number - 2] ?? chainStart;
  for (const { number: _, hash: __, key_id: ___, signature: ____, ...fields } of rows.slice(number - 1)) {
    const sealed = sealRow(signer, previous, { ...fields, user: "somebody else" });
    await db.updateTable("bookend_audit").set(sealed).where("number", "=", sealed.number).execute();
    previous = sealed;
  }
  await db
    .updateTable("bookend_audit_mark")
    .set(sealMark(signer, "head", previous))
    .where("kind", "=", "head")
    .execute();
}
