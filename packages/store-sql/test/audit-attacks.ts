import type { Selectable } from "kysely";
import { sealBatch } from "../src/audit/audit-chain.js";
import { createAuditSigner, createWriterKey } from "../src/audit/audit-keys.js";
import type { AuditRow } from "../src/audit/audit-row.js";
import { type AuditChain, openingPlace, sealCut } from "../src/audit/chain-record.js";
import { type Database, generateAuditKey } from "../src/index.js";
import type { StoreSchema } from "../src/store-schema.js";

/** The database itself, to which an attack writes without any checks of the store. */
export type Db = Database<StoreSchema>["db"];

/**
 * The changes that an intruder with write access to the database, but without a key, could make to a log of ten rows;
 * the row that verification reports for each, and the reason.
 */
export const auditAttacks: Readonly<Record<string, readonly [(db: Db) => Promise<unknown>, number, string]>> = {
  "removes a row": [(db) => removeRow(db, 4), 4, "missing"],
  "removes the first row": [(db) => removeRow(db, 1), 1, "missing"],
  "removes the newest row": [(db) => removeRow(db, 10), 10, "truncated"],
  "removes the newest rows": [(db) => db.deleteFrom("bookend_audit").where("place", ">", 6).execute(), 7, "truncated"],
  "removes all rows": [(db) => db.deleteFrom("bookend_audit").execute(), 1, "truncated"],
  "removes the newest rows and restores the head": [
    async (db) => {
      await db.deleteFrom("bookend_audit").where("place", ">", 6).execute();
      const { hash } = await readRow(db, 6);
      await db.updateTable("bookend_audit_chain").set({ place: 6, hash }).execute();
    },
    6,
    "head",
  ],
  "removes the head": [(db) => db.deleteFrom("bookend_audit_chain").execute(), 10, "head"],
  "swaps two rows": [
    async (db) => {
      for (const [from, to] of [
        [3, 30],
        [4, 3],
        [30, 4],
      ] as const) {
        await db.updateTable("bookend_audit").set({ place: to }).where("place", "=", from).execute();
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
          .set({ place: number + 1 })
          .where("place", "=", number)
          .execute();
      }
      await db
        .insertInto("bookend_audit")
        .values({ ...(await readRow(db, 4)), place: 5, number: 11 })
        .execute();
    },
    5,
    "changed",
  ],
  "appends a copy": [
    async (db) =>
      db
        .insertInto("bookend_audit")
        .values({ ...(await readRow(db, 4)), place: 11, number: 11 })
        .execute(),
    11,
    "unexpected",
  ],
  "puts a row before the first": [
    async (db) =>
      db
        .insertInto("bookend_audit")
        .values({ ...(await readRow(db, 4)), place: 0, number: 0 })
        .execute(),
    0,
    "unexpected",
  ],
  "changes a row and all hashes after it": [
    async (db) => {
      const { key_id: keyId } = await readRow(db, 10);
      const signer = { keyId, sign: () => "AAAA" };
      await rewriteFrom(db, 5, signer);
    },
    5,
    "forged",
  ],
  "writes rows with a different key": [
    (db) => rewriteFrom(db, 5, createAuditSigner(generateAuditKey())),
    5,
    "unknown_key",
  ],
  "moves the record of what was pruned": [
    async (db) => {
      await db.deleteFrom("bookend_audit").where("place", "<=", 3).execute();
      const { hash } = await readRow(db, 4);
      const cut = sealCut(createAuditSigner(generateAuditKey()), 1, { number: 4, hash });
      await db.updateTable("bookend_audit_chain").set(cut).execute();
    },
    4,
    "cut",
  ],
  "uses the head's signature for that of the pruned row": [
    async (db) => {
      const { place, hash, signature } = await readChain(db);
      const { key_id } = await readRow(db, 10);
      await db.deleteFrom("bookend_audit").execute();
      const cut = { cut_place: place, cut_hash: hash, cut_key_id: key_id, cut_signature: signature };
      await db.updateTable("bookend_audit_chain").set(cut).execute();
    },
    10,
    "cut",
  ],
  "puts a second row in the same place": [
    async (db) =>
      db
        .insertInto("bookend_audit")
        .values({ ...(await readRow(db, 4)), number: 11 })
        .execute(),
    4,
    "unexpected",
  ],
  "adds a row without a place": [
    async (db) =>
      db
        .insertInto("bookend_audit")
        .values({ ...(await readRow(db, 4)), place: null, number: 11 })
        .execute(),
    0,
    "unexpected",
  ],
  "gives two rows each other's number": [
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
  "removes the signature of a row": [
    (db) => db.updateTable("bookend_audit").set({ signature: "" }).where("place", "=", 5).execute(),
    5,
    "forged",
  ],
  "makes an open chain look closed": [
    (db) => db.updateTable("bookend_audit_chain").set({ closed: 1 }).execute(),
    10,
    "head",
  ],
  "gives the chain a different key": [
    (db) => db.updateTable("bookend_audit_chain").set({ public_key: createWriterKey().publicKey }).execute(),
    10,
    "head",
  ],
};

/** Deletes a row, by its place. */
export async function removeRow(db: Db, number: number): Promise<void> {
  await db.deleteFrom("bookend_audit").where("place", "=", number).execute();
}

/** Reads a row, by its place. */
export function readRow(db: Db, number: number): Promise<AuditRow> {
  return db.selectFrom("bookend_audit").selectAll().where("place", "=", number).executeTakeFirstOrThrow();
}

/** Reads the record of the only chain. */
export function readChain(db: Db): Promise<AuditChain> {
  return db.selectFrom("bookend_audit_chain").selectAll().executeTakeFirstOrThrow();
}

/** Changes row `number`, and seals it and all later rows again. */
async function rewriteFrom(db: Db, number: number, signer: ReturnType<typeof createAuditSigner>): Promise<void> {
  const rows = await db.selectFrom("bookend_audit").selectAll().orderBy("place").execute();
  const before = rows[number - 2];
  let place = before ? { number: number - 1, hash: before.hash } : openingPlace(await readChain(db));
  for (const row of rows.slice(number - 1)) {
    const {
      number,
      format: _,
      hash: __,
      key_id: ___,
      signature: ____,
      writer,
      place: _____,
      checkpoint,
      ...fields
    } = row;
    const entries = [{ number, fields: { ...fields, user: "somebody else" } }];
    for (const sealed of sealBatch({ writer, signer, place }, entries, checkpoint ?? 0)) {
      await db.updateTable("bookend_audit").set(sealed).where("number", "=", number).execute();
      place = { number: place.number + 1, hash: sealed.hash };
      const { signature } = sealed;
      await db.updateTable("bookend_audit_chain").set({ place: place.number, hash: place.hash, signature }).execute();
    }
  }
}

const tables = [
  "bookend_audit",
  "bookend_audit_mark",
  "bookend_audit_chain",
  "bookend_audit_checkpoint",
  "bookend_audit_state",
] as const;

/** The rows of all tables of a log. */
export type LogTables = { readonly [Table in (typeof tables)[number]]: readonly Selectable<StoreSchema[Table]>[] };

/** Copies the whole log. */
export async function readLog(db: Db): Promise<LogTables> {
  const copies = tables.map(async (table) => [table, await db.selectFrom(table).selectAll().execute()]);
  return Object.fromEntries(await Promise.all(copies));
}

/** Replaces the log with a copy. */
export async function insertLog(db: Db, log: LogTables): Promise<void> {
  for (const table of tables) {
    await db.deleteFrom(table).execute();
    for (const row of log[table]) await db.insertInto(table).values(row).execute();
  }
}
