import { type DeliveryReceipt, type DeliveryReceiptState, type PeerReceipt, problemMessage } from "@bookend/core";
import { type Selectable, sql, type Transaction } from "kysely";
import { cleanText } from "../audit/clean-text.js";
import type { Database, DialectName } from "../database.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import type { DeliveryReceiptTable } from "./delivery-row.js";
import { jsonRows } from "./json-rows.js";
import type { EndedTry } from "./settlement.js";

/** Maximum length of stored names and codes, in characters. */
const maxLength = 200;

/** Maximum number of names in one result: an SMS has at most 255 parts. */
const maxReferences = 255;

/** Unknown receipts are kept in case their attempt is being written: at most this many, for this many milliseconds. */
const maxUnknown = 10_000;
export const unknownKeptMs = 3_600_000;

const states: ReadonlySet<unknown> = new Set(["delivered", "failed", "pending", "unknown"]);

function isReference(value: unknown): value is string {
  return (
    typeof value === "string" && value.length > 0 && value.length <= maxLength && !/\p{Cc}|\p{Surrogate}/u.test(value)
  );
}

/** Stores the names from the results of attempts, and assigns to these names the receipts that arrived before them. */
export async function keepReferences(
  trx: Transaction<StoreSchema>,
  dialect: DialectName,
  tries: readonly EndedTry[],
): Promise<void> {
  const rows = tries.flatMap(({ row, result, now }) => {
    const references = result.status === "sent" && Array.isArray(result.references) ? result.references : [];
    const { destination, seq: delivery, attempt } = row;
    return references
      .slice(0, maxReferences)
      .filter(isReference)
      .map((reference) => ({ destination, reference, delivery, attempt, made: now }));
  });
  if (rows.length === 0) return;
  // if a peer reuses a name, the name refers to the newer delivery
  const last = new Map(rows.map((row) => [JSON.stringify([row.destination, row.reference]), row]));
  const kept = jsonRows(dialect, [...last.values()], {
    destination: "text",
    reference: "text",
    delivery: "bigint",
    attempt: "bigint",
    made: "bigint",
  });
  const early = (column: string) =>
    sql`case when bookend_delivery_receipt.delivery is null then bookend_delivery_receipt.${sql.ref(column)} end`;
  await sql`
    insert into bookend_delivery_receipt (destination, reference, delivery, attempt, made)
    select v.destination, v.reference, v.delivery, v.attempt, v.made from ${kept} where true
    on conflict (destination, reference) do update set state = ${early("state")}, code = ${early("code")}, at = ${early("at")},
      delivery = excluded.delivery, attempt = excluded.attempt, made = excluded.made`.execute(trx);
}

/**
 * Writes a receipt. A final state stays, whatever arrives later.
 *
 * @throws {StoreError} OUTBOX_OPTION_INVALID
 */
export async function receiveReceipt(
  { db }: Pick<Database<StoreSchema>, "db">,
  { destination, references, state, code }: PeerReceipt,
  now: number,
): Promise<void> {
  if (!states.has(state)) throw receiptInvalid("state", "delivered, failed, pending, unknown");
  if (!isReference(destination)) throw receiptInvalid("destination", `1 to ${maxLength} characters`);
  const names = [...new Set(references)].slice(0, maxReferences).filter(isReference);
  if (names.length === 0) return;
  const reported = {
    state,
    code: code === undefined ? null : cleanText(code.replace(/[\p{Cc}\s]+/gu, " "), maxLength),
    at: now,
  };
  await transact(db, async (trx) => {
    const found = await trx
      .selectFrom("bookend_delivery_receipt")
      .select(["reference", "delivery"])
      .where("destination", "=", destination)
      .where("reference", "in", names)
      .execute();
    const known = names.find((name) =>
      found.some(({ reference, delivery }) => reference === name && delivery !== null),
    );
    const written = known === undefined ? names : [known];
    if (known === undefined) {
      for (const reference of written) {
        await sql`
          insert into bookend_delivery_receipt (destination, reference, made)
          values (${destination}, ${reference}, cast(${now} as bigint)) on conflict (destination, reference) do nothing`.execute(
          trx,
        );
      }
      // the oldest are removed, since the attempt for a recent one may still be written
      await sql`
        delete from bookend_delivery_receipt where delivery is null and made <= (
          select made from bookend_delivery_receipt where delivery is null order by made desc limit 1 offset ${maxUnknown})`.execute(
        trx,
      );
    }
    await trx
      .updateTable("bookend_delivery_receipt")
      .set(reported)
      .where("destination", "=", destination)
      .where("reference", "in", written)
      .where((is) => is.or([is("state", "is", null), is("state", "in", ["pending", "unknown"])]))
      .execute();
  });
}

/** Returns the reports of peers about deliveries, by number; deliveries without a report are omitted. */
export async function receiptsOf(
  db: Database<StoreSchema>["db"],
  deliveries: readonly number[],
): Promise<ReadonlyMap<number, DeliveryReceipt>> {
  if (deliveries.length === 0) return new Map();
  const rows = await db
    .selectFrom("bookend_delivery_receipt")
    .selectAll()
    .where("delivery", "in", deliveries)
    .execute();
  const byDelivery = new Map<number, Row[]>();
  for (const row of rows) {
    const seq = row.delivery as number;
    const known = byDelivery.get(seq);
    if (known === undefined) byDelivery.set(seq, [row]);
    else known.push(row);
  }
  const receipts = [...byDelivery].map(([seq, some]) => [seq, together(some)] as const);
  return new Map(receipts.flatMap(([seq, receipt]) => (receipt ? [[seq, receipt]] : [])));
}

type Row = Selectable<DeliveryReceiptTable>;

/**
 * Returns the combined receipt of the parts of the message that was sent last: a single failed part means failure, and
 * all parts are needed for delivery.
 */
function together(rows: readonly Row[]): DeliveryReceipt | undefined {
  const last = Math.max(...rows.map(({ attempt }) => attempt ?? 0));
  const parts = rows.filter(({ attempt }) => attempt === last);
  const reported = parts.filter(({ state }) => state !== null);
  if (reported.length === 0) return undefined;
  const newest = (of: readonly Row[]) => of.reduce((one, other) => ((other.at ?? 0) > (one.at ?? 0) ? other : one));
  const only = (state: DeliveryReceiptState) => reported.filter((row) => row.state === state);
  const [failed, pending, unknown] = [only("failed"), only("pending"), only("unknown")];
  if (failed.length > 0) return shown("failed", newest(failed));
  if (pending.length > 0 || reported.length < parts.length) {
    return shown("pending", newest(pending.length > 0 ? pending : reported));
  }
  return unknown.length > 0 ? shown("unknown", newest(unknown)) : shown("delivered", newest(reported));
}

function shown(state: DeliveryReceiptState, { code, at }: Row): DeliveryReceipt {
  return { state, ...(code !== null && { code }), at: new Date(at ?? 0) };
}

function receiptInvalid(field: string, allowed: string): StoreError {
  return new StoreError("OUTBOX_OPTION_INVALID", problemMessage("the value is not valid", allowed, field));
}
