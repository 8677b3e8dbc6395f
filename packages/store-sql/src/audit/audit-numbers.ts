import { type Kysely, sql } from "kysely";
import type { DialectName } from "../database.js";
import { StoreError } from "../errors.js";
import { statement } from "../statement.js";
import { ask, type Steps } from "../steps.js";
import type { StoreSchema } from "../store-schema.js";

interface Taken {
  readonly number: number;
  readonly checkpoint: number | null;
}

/** Increments the row counter on SQLite, and a sequence on PostgreSQL. */
const take = statement((_: Kysely<StoreSchema>, { count }: { readonly count: number }, dialect) => {
  const newest = sql`(select number from bookend_audit_mark where kind = 'newest')`;
  return dialect === "postgres"
    ? sql<Taken>`select nextval('bookend_audit_number') as number, ${newest} as checkpoint from generate_series(1, ${count})`
    : sql<Taken>`update bookend_audit_state set number = number + ${count} returning number, ${newest} as checkpoint`;
});

/**
 * Takes numbers for new rows, and returns them in order, with the number of the newest checkpoint, or 0 if there is
 * none.
 *
 * @throws {StoreError} AUDIT_TAMPERED
 */
export function* takeNumbers(
  dialect: DialectName,
  count: number,
): Steps<{ readonly numbers: readonly number[]; readonly checkpoint: number }> {
  const { rows } = yield* ask(take, { count });
  const [first] = rows;
  const checkpoint = first?.checkpoint ?? 0;
  if (dialect === "postgres") return { numbers: rows.map(({ number }) => number), checkpoint };
  if (first === undefined)
    throw new StoreError("AUDIT_TAMPERED", "The row that counts the audit log's entries is missing.");
  const before = first.number - count;
  return { numbers: Array.from({ length: count }, (_, index) => before + index + 1), checkpoint };
}
