import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import type { DialectName } from "../database.js";
import { jsonParameter } from "../json-parameter.js";
import { runStatement } from "../run-statement.js";
import { statement } from "../statement.js";
import type { StoreSchema } from "../store-schema.js";
import { deliveryPlans } from "./delivery-plans.js";
import { jsonRows, rowsOfJson } from "./json-rows.js";
import type { EndedTry, SettlementOptions } from "./settlement.js";

const settledColumns = {
  seq: "bigint",
  attempt: "bigint",
  state: "text",
  due: "bigint",
  reason: "text",
  ended: "bigint",
  keeps: "bigint",
  at: "bigint",
  ms: "bigint",
  outcome: "text",
} as const;

/** Attempts that were not written, by the number of the delivery. */
export interface Unwritten {
  /** The attempts whose claim another process now holds. */
  readonly lost: ReadonlySet<number>;
  /** The attempts whose delivery was cancelled while they ran, so that the delivery must be written as cancelled. */
  readonly cancelled: ReadonlySet<number>;
}

/** Writes the results of attempts. */
export interface TryWriter {
  /**
   * Writes each result only if this process still holds the claim, and if the delivery was not cancelled without this
   * process knowing it. Resolves to whether all were written; if not, the transaction must be rolled back.
   */
  write(trx: Transaction<StoreSchema>, tries: readonly EndedTry[]): Promise<boolean>;
  /** Returns the attempts that cannot be written. */
  unwritten(trx: Transaction<StoreSchema>, tries: readonly EndedTry[]): Promise<Unwritten>;
}

interface TryValues {
  /** JSON of rows with `settledColumns`. */
  readonly tries: string;
  /** The owner of all claims. */
  readonly owner: string;
  readonly node: string;
}

type Db = Kysely<StoreSchema>;

const given = (dialect: DialectName, tries: string) => rowsOfJson(dialect, sql`${tries}`, settledColumns);

/** Returns the condition that a row `v` belongs to an attempt whose claim is still held. */
const held = (dialect: DialectName, owner: string) =>
  sql`bookend_delivery.seq = v.seq and ${deliveryPlans(dialect).state("bookend_delivery")} = 'sending'
      and bookend_delivery.owner = ${owner} and bookend_delivery.attempt = v.attempt`;

const updated = (dialect: DialectName, rows: RawBuilder<unknown>, owner: string) => sql`
    update bookend_delivery set state = v.state, due = v.due, reason = v.reason, ended = v.ended, owner = null, lease = null, cancelling = 0,
      payload = case when v.keeps = 1 then payload end
    from ${rows} where ${held(dialect, owner)} and (bookend_delivery.cancelling = 0 or v.state in ('sent', 'cancelled'))`;

const inserted = (rows: RawBuilder<unknown>, node: RawBuilder<unknown>) => sql`
    insert into bookend_delivery_attempt (delivery, attempt, at, ms, outcome, reason, node)
    select v.seq, v.attempt, v.at, v.ms, v.outcome, v.reason, ${node} from ${rows}
    where true on conflict (delivery, attempt) do nothing`;

const updateTries = statement((_: Db, { tries, owner }: Omit<TryValues, "node">, dialect) =>
  updated(dialect, given(dialect, tries), owner),
);

const insertTries = statement((_: Db, { tries, node }: Omit<TryValues, "owner">, dialect) =>
  inserted(given(dialect, tries), sql`${node}`),
);

/** Updates the deliveries and inserts the attempts in one statement on PostgreSQL, which saves a round trip. */
const writeTries = statement(
  (_: Db, { tries, owner, node }: TryValues, dialect) => sql<{ count: number }>`
      with v as materialized (select * from ${given(dialect, tries)}),
        written as (${updated(dialect, sql`v`, owner)} returning bookend_delivery.seq),
        tried as (${inserted(sql`v`, sql`cast(${node} as text)`)})
      select count(*) as count from written`,
);

/** Creates {@link TryWriter}. */
export function tryWriter({ database, owner, node, keepsSent }: SettlementOptions): TryWriter {
  const { dialect } = database;
  return {
    async write(trx, tries) {
      const values = { tries: jsonParameter(tries.map((one) => valuesOf(one, keepsSent))), owner, node };
      if (dialect === "postgres") {
        const { rows } = await runStatement(database, trx, writeTries, values);
        return rows[0]?.count === tries.length;
      }
      const { changes } = await runStatement(database, trx, updateTries, values);
      if (changes !== tries.length) return false;
      await runStatement(database, trx, insertTries, values);
      return true;
    },
    async unwritten(trx, tries) {
      const rows = jsonRows(
        dialect,
        tries.map(({ row: { seq, attempt }, settled }) => ({ seq, attempt, state: settled.state })),
        { seq: "bigint", attempt: "bigint", state: "text" },
      );
      const { rows: found } = await sql<{ seq: number; ends: number }>`
        select v.seq, case when bookend_delivery.cancelling = 0 or v.state in ('sent', 'cancelled') then 0 else 1 end as ends
        from bookend_delivery, ${rows} where ${held(dialect, owner)}`.execute(trx);
      const holds = new Set(found.map(({ seq }) => seq));
      return {
        lost: new Set(tries.map(({ row }) => row.seq).filter((seq) => !holds.has(seq))),
        cancelled: new Set(found.filter(({ ends }) => Number(ends) === 1).map(({ seq }) => seq)),
      };
    },
  };
}

function valuesOf({ row, result, settled, at, ms, now }: EndedTry, keepsSent: boolean) {
  const { state, due, reason, isUseless } = settled;
  return {
    seq: row.seq,
    attempt: row.attempt,
    state,
    due,
    reason,
    ended: state === "waiting" ? null : now,
    keeps: isUseless || (state === "sent" && !keepsSent) ? 0 : 1,
    at,
    ms: Math.round(ms),
    outcome: result.status === "sent" ? "sent" : result.uncertain ? "uncertain" : "failed",
  } satisfies Record<keyof typeof settledColumns, unknown>;
}
