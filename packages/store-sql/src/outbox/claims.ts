import { sql, type Transaction } from "kysely";
import type { Database } from "../database.js";
import { jsonParameter } from "../json-parameter.js";
import { runStatement } from "../run-statement.js";
import type { Statement } from "../statement.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import { transactTogether } from "../transact-together.js";
import type { Circuit } from "./circuit.js";
import {
  type ClaimValues,
  claimColumns,
  dueFor,
  findDue,
  findIds,
  findRecent,
  findWaiting,
  findWaitingAfter,
  findWaitingFor,
  renewLeases,
  takeDue,
  takeNumbers,
  unpacked,
  type WaitingRow,
} from "./claim-statements.js";
import { deliveryPlans } from "./delivery-plans.js";
import { type ClaimedRow, type DeliveryHead, headColumns } from "./delivery-row.js";
import { jsonRows } from "./json-rows.js";

/** A destination with waiting deliveries, and its state. */
export interface WaitingDestination {
  readonly circuit: Circuit;
  /** Number of deliveries that are being sent to this destination, by any process. */
  readonly sending: number;
  /** Due time of its first waiting delivery, in milliseconds since 1970. */
  readonly due: number;
}

/** Maximum number of deliveries that a claim may take for a destination. */
export interface Share {
  readonly name: string;
  readonly share: number;
}

/** A process that claims deliveries. Times are in milliseconds since 1970. */
export interface Claimant {
  /** Names the process in its claims. */
  readonly owner: string;
  readonly now: number;
  /** The time at which the claims expire. */
  readonly lease: number;
  /** The highest version of each kind that this process can send. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** The claims of a process on deliveries. */
export interface Claims {
  /**
   * Returns up to `lookSize` destinations with waiting deliveries, sorted by name: the first ones, or those after the
   * name `after`.
   */
  waiting(after?: string, trx?: Transaction<StoreSchema>): Promise<readonly WaitingDestination[]>;
  /** Returns the destinations of the `most` deliveries that became due last. */
  recent(now: number, most: number, trx?: Transaction<StoreSchema>): Promise<readonly WaitingDestination[]>;
  /** Returns those of these destinations that have waiting deliveries. */
  waitingFor(names: readonly string[]): Promise<readonly WaitingDestination[]>;
  /** Claims due deliveries, oldest first, within the given transaction, or else a separate one. */
  claim(shares: readonly Share[], claimant: Claimant, trx?: Transaction<StoreSchema>): Promise<readonly ClaimedRow[]>;
  /**
   * Claims those of the given deliveries that are waiting, due and admitted. `admits` decides whether another delivery
   * may be sent now to a destination with this number of consecutive failures.
   */
  claimIds(
    ids: readonly string[],
    claimant: Claimant,
    admits: (destination: string, failures: number) => boolean,
  ): Promise<ClaimedIds>;
  /** Returns the deliveries that a claim would take. */
  due(shares: readonly Share[], claimant: Claimant): Promise<readonly DeliveryHead[]>;
  /** Extends the leases of those claims that are still held. */
  renew(held: readonly HeldClaim[], lease: number): Promise<void>;
  /**
   * Releases these claims as if they had never been made. Resolves to the numbers of the released deliveries.
   * Deliveries that were cancelled in the meantime are not released.
   */
  release(rows: readonly HeldClaim[]): Promise<ReadonlySet<number>>;
}

/** The result of a claim by id. */
export interface ClaimedIds {
  readonly rows: readonly ClaimedRow[];
  /**
   * Destinations of deliveries that are waiting and due but must not be sent yet: the destination is paused, disabled
   * or at its limit, or an earlier delivery comes first.
   */
  readonly refused: readonly string[];
}

/** A claim of this process. */
export type HeldClaim = Pick<ClaimedRow, "seq" | "owner" | "attempt">;

function valuesOf(claimant: Claimant): ClaimValues {
  return { ...claimant, kinds: jsonParameter(claimant.kinds) };
}

/** Returns the destination of a row; an empty list if it has no waiting deliveries anymore. */
function stillWaiting({
  name,
  paused_until,
  failures,
  failing_since,
  disabled,
  sending,
  due,
}: WaitingRow): readonly WaitingDestination[] {
  if (due === null) return [];
  const circuit = { name, paused_until, failures: failures ?? 0, failing_since, disabled: disabled ?? 0 };
  return [{ circuit, sending, due }];
}

/** Creates the claims on the deliveries of a database. */
export function deliveryClaims(database: Database<StoreSchema>): Claims {
  const { db, dialect } = database;
  const { state } = deliveryPlans(dialect);
  const run = async <Values extends object, Row>(
    statement: Statement<Values, Row>,
    values: Values,
    trx?: Transaction<StoreSchema>,
  ): Promise<readonly Row[]> => (await runStatement(database, trx ?? db, statement, values)).rows;

  function claimOnPostgres(
    shares: readonly Share[],
    claimant: Claimant,
    trx?: Transaction<StoreSchema>,
  ): Promise<readonly ClaimedRow[]> {
    const groups = new Map<number, string[]>();
    for (const { name, share } of shares) {
      const names = groups.get(share);
      if (names === undefined) groups.set(share, [name]);
      else names.push(name);
    }
    const values = [...groups].flatMap(([share, names], index) => [
      [`share${index}`, share],
      [`names${index}`, jsonParameter(names)],
    ]);
    return run(takeDue(groups.size), { ...valuesOf(claimant), ...Object.fromEntries(values) }, trx);
  }

  async function takeBy(
    seqs: readonly number[],
    { owner, lease }: Claimant,
    trx: Transaction<StoreSchema>,
  ): Promise<readonly ClaimedRow[]> {
    const rows = await run(takeNumbers, { owner, lease, seqs: jsonParameter(seqs) }, trx);
    return dialect === "postgres" ? rows : rows.map(unpacked);
  }

  async function claimOnSqlite(
    shares: readonly Share[],
    claimant: Claimant,
    trx: Transaction<StoreSchema>,
  ): Promise<readonly ClaimedRow[]> {
    const found: number[] = [];
    for (const share of shares) {
      for (const { seq } of await run(findDue, { ...valuesOf(claimant), ...share }, trx)) found.push(seq);
    }
    return found.length === 0 ? [] : takeBy(found, claimant, trx);
  }

  return {
    async waiting(after, trx) {
      const rows = await (after === undefined ? run(findWaiting, {}, trx) : run(findWaitingAfter, { after }, trx));
      return rows.flatMap(stillWaiting);
    },
    recent: async (now, most, trx) => (await run(findRecent, { now, most }, trx)).flatMap(stillWaiting),
    async waitingFor(names) {
      const rows = await run(findWaitingFor, { names: jsonParameter(names.map((name) => ({ name }))) });
      return rows.flatMap(stillWaiting);
    },
    async claim(shares, claimant, trx) {
      if (dialect === "postgres") return claimOnPostgres(shares, claimant, trx);
      if (trx !== undefined) return claimOnSqlite(shares, claimant, trx);
      return transactTogether(database, (own) => claimOnSqlite(shares, claimant, own));
    },
    claimIds: (ids, claimant, admits) =>
      transact(db, async (trx) => {
        const { now, kinds } = valuesOf(claimant);
        const rows = await run(findIds, { ids: jsonParameter(ids.map((id) => ({ id }))), now, kinds }, trx);
        const admitted = rows.filter(
          ({ destination, failures, ready }) => Number(ready) === 1 && admits(destination, failures ?? 0),
        );
        const taken = new Set(admitted.map(({ seq }) => seq));
        const refused = [...new Set(rows.flatMap(({ seq, destination }) => (taken.has(seq) ? [] : [destination])))];
        if (taken.size === 0) return { rows: [], refused };
        return { rows: await takeBy([...taken], claimant, trx), refused };
      }),
    async due(shares, claimant) {
      const found: DeliveryHead[] = [];
      const columns = sql.join(headColumns.map((column) => sql.ref(`x.${column}`)));
      for (const { name, share } of shares) {
        const waiting = dueFor(dialect, sql`${name}`, sql`${share}`, valuesOf(claimant));
        const { rows } = await sql<DeliveryHead>`select ${columns} from ${waiting}`.execute(db);
        found.push(...rows);
      }
      return found;
    },
    async renew(held, lease) {
      if (held.length === 0) return;
      const claims = held.map(({ seq, owner, attempt }) => ({ seq, owner, attempt }));
      await run(renewLeases, { held: jsonParameter(claims), lease });
    },
    async release(rows) {
      if (rows.length === 0) return new Set();
      const { rows: released } = await sql<{ seq: number }>`
        update bookend_delivery set state = 'waiting', attempt = bookend_delivery.attempt - 1, owner = null, lease = null
        from ${jsonRows(dialect, rows, claimColumns)}
        where bookend_delivery.seq = v.seq and ${state("bookend_delivery")} = 'sending' and bookend_delivery.owner = v.owner
          and bookend_delivery.attempt = v.attempt and bookend_delivery.cancelling = 0
        returning bookend_delivery.seq`.execute(db);
      return new Set(released.map(({ seq }) => seq));
    },
  };
}
