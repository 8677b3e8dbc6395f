import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import type { Circuit } from "./circuit.js";
import { type DeliveryHead, type DeliveryRow, headColumns } from "./delivery-row.js";
import { jsonRows } from "./json-rows.js";

/** A destination for which something waits, with what is known of it. */
export interface WaitingDestination {
  readonly circuit: Circuit;
  /** By any process. */
  readonly sending: number;
  /** When the first one is due. */
  readonly due: number;
}

/** How many deliveries of a destination a claim may take. */
export interface Share {
  readonly name: string;
  readonly share: number;
}

/** Who claims, and until when. */
export interface Claimant {
  readonly owner: string;
  readonly now: number;
  readonly lease: number;
  /** The highest version of each kind that this process can send. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** The claims of a process on deliveries. */
export interface Claims {
  /** What waits, by destination. */
  waiting(): Promise<readonly WaitingDestination[]>;
  /** Claims what is due, oldest first. */
  claim(shares: readonly Share[], claimant: Claimant): Promise<readonly DeliveryRow[]>;
  /** Claims those of these deliveries that are waiting and due. */
  claimIds(
    ids: readonly string[],
    claimant: Claimant,
    admits: (destination: string, failures: number) => boolean,
  ): Promise<ClaimedIds>;
  /** What a claim would take. */
  due(shares: readonly Share[], claimant: Claimant): Promise<readonly DeliveryHead[]>;
  /** Extends the leases of those claims that are still held. */
  renew(held: readonly HeldClaim[], lease: number): Promise<void>;
  /** Gives these back, as if they had not been claimed. Resolves with the numbers of those given back, without any that were cancelled in the meantime. */
  release(rows: readonly HeldClaim[]): Promise<ReadonlySet<number>>;
}

/** What became of a claim by id. */
export interface ClaimedIds {
  readonly rows: readonly DeliveryRow[];
  /** Destinations of those that wait and are due, and that may not be begun yet: it is not their turn, or there is no place. */
  readonly refused: readonly string[];
}

/** A claim of this process. */
export type HeldClaim = Pick<DeliveryRow, "seq" | "owner" | "attempt">;

/** The columns that identify a claim. */
const claimColumns = { seq: "bigint", owner: "text", attempt: "bigint" } as const;

interface WaitingRow {
  name: string;
  paused_until: number | null;
  failures: number | null;
  failing_since: number | null;
  disabled: 0 | 1 | null;
  sending: number;
  due: number;
}

/** The claims on the deliveries of a database. */
export function deliveryClaims({ db, dialect }: Database<StoreSchema>): Claims {
  const known = (kinds: Claimant["kinds"], row: RawBuilder<unknown>) =>
    dialect === "postgres"
      ? sql`${row}.version <= cast(cast(${JSON.stringify(kinds)} as jsonb) ->> ${row}.kind as bigint)`
      : sql`exists (select 1 from json_each(${JSON.stringify(kinds)}) as k where k.key = ${row}.kind and ${row}.version <= k.value)`;
  const x = sql.raw("x");
  /** Nothing ordered of the same destination waits before it or is being sent. */
  const inTurn = sql`(x.ordered = 0 or (
    not exists (select 1 from bookend_delivery as e where e.state = 'waiting' and e.ordered = 1 and e.destination = x.destination and e.seq < x.seq)
    and not exists (select 1 from bookend_delivery as e where e.state = 'sending' and e.ordered = 1 and e.destination = x.destination)))`;
  /** The destination, joined as `c`, is neither paused nor disabled. */
  const isOpen = (now: number) =>
    sql`(c.name is null or (c.disabled = 0 and (c.paused_until is null or c.paused_until <= ${now})))`;
  /** Waits for this destination, is due and not too old, can be sent by this process, and has its turn. */
  const isDue = (name: string, { now, kinds }: Claimant) =>
    sql`x.state = 'waiting' and x.destination = ${name} and x.due <= ${now} and x.expires > ${now}
      and ${known(kinds, x)} and ${inTurn}`;
  const taken = ({ owner, lease }: Claimant) =>
    sql`state = 'sending', attempt = attempt + 1, owner = ${owner}, lease = cast(${lease} as bigint)`;

  async function claimOnSqlite(shares: readonly Share[], claimant: Claimant): Promise<readonly DeliveryRow[]> {
    return transact(db, async (trx) => {
      const found: number[] = [];
      for (const { name, share } of shares) {
        const { rows } = await sql<{ seq: number }>`
          select x.seq from bookend_delivery as x
          where ${isDue(name, claimant)} order by x.due, x.seq limit ${share}`.execute(trx);
        found.push(...rows.map(({ seq }) => seq));
      }
      if (found.length === 0) return [];
      return take(trx, sql`seq in (select value from json_each(${JSON.stringify(found)}))`, claimant);
    });
  }

  async function take(
    trx: Kysely<StoreSchema> | Transaction<StoreSchema>,
    which: RawBuilder<unknown>,
    claimant: Claimant,
  ): Promise<readonly DeliveryRow[]> {
    const { rows } = await sql<DeliveryRow>`
      update bookend_delivery set ${taken(claimant)} where ${which} returning *`.execute(trx);
    return rows;
  }

  async function claimOnPostgres(shares: readonly Share[], claimant: Claimant): Promise<readonly DeliveryRow[]> {
    const parts = shares.map(
      ({ name, share }, index) => sql`${sql.ref(`c${index}`)} as materialized (
        select x.seq from bookend_delivery as x
        where ${isDue(name, claimant)} order by x.due, x.seq limit ${share} for update skip locked)`,
    );
    const all = sql.join(
      shares.map((_, index) => sql`select seq from ${sql.ref(`c${index}`)}`),
      sql` union all `,
    );
    const { rows } = await sql<DeliveryRow>`
      with ${sql.join(parts)}
      update bookend_delivery as d set ${taken(claimant)} from (${all}) as claimed where d.seq = claimed.seq returning d.*`.execute(
      db,
    );
    return rows;
  }

  return {
    async waiting() {
      const { rows } = await sql<WaitingRow>`
        with recursive names(name) as (
          select min(destination) from bookend_delivery where state = 'waiting'
          union all
          select (select min(destination) from bookend_delivery where state = 'waiting' and destination > names.name)
          from names where names.name is not null
        )
        select names.name, c.paused_until, c.failures, c.failing_since, c.disabled,
          (select count(*) from bookend_delivery as s where s.state = 'sending' and s.destination = names.name) as sending,
          (select min(w.due) from bookend_delivery as w where w.state = 'waiting' and w.destination = names.name) as due
        from names left join bookend_destination as c on c.name = names.name
        where names.name is not null`.execute(db);
      return rows.map(({ name, paused_until, failures, failing_since, disabled, sending, due }) => ({
        circuit: { name, paused_until, failures: failures ?? 0, failing_since, disabled: disabled ?? 0 },
        sending,
        due,
      }));
    },
    claim: dialect === "postgres" ? claimOnPostgres : claimOnSqlite,
    claimIds: (ids, claimant, admits) =>
      transact(db, async (trx) => {
        const list = jsonRows(
          dialect,
          ids.map((id) => ({ id })),
          { id: "text" },
        );
        const lock = dialect === "postgres" ? sql`for update of x skip locked` : sql``;
        const { now, kinds } = claimant;
        const { rows } = await sql<{ seq: number; destination: string; failures: number | null; ready: number }>`
          select x.seq, x.destination, c.failures, case when ${inTurn} and ${isOpen(now)} then 1 else 0 end as ready
          from bookend_delivery as x left join bookend_destination as c on c.name = x.destination
          where x.id in (select v.id from ${list}) and x.state = 'waiting' and x.due <= ${now} and x.expires > ${now}
            and ${known(kinds, x)} order by x.seq ${lock}`.execute(trx);
        const admitted = rows.filter(
          ({ destination, failures, ready }) => Number(ready) === 1 && admits(destination, failures ?? 0),
        );
        const taken = new Set(admitted.map(({ seq }) => seq));
        const refused = [...new Set(rows.flatMap(({ seq, destination }) => (taken.has(seq) ? [] : [destination])))];
        if (admitted.length === 0) return { rows: [], refused };
        const seqs = jsonRows(
          dialect,
          admitted.map(({ seq }) => ({ seq })),
          { seq: "bigint" },
        );
        return { rows: await take(trx, sql`seq in (select v.seq from ${seqs})`, claimant), refused };
      }),
    async due(shares, claimant) {
      const found: DeliveryHead[] = [];
      for (const { name, share } of shares) {
        const { rows } = await sql<DeliveryHead>`
          select ${sql.join(headColumns.map((column) => sql.ref(`x.${column}`)))} from bookend_delivery as x
          where ${isDue(name, claimant)} order by x.due, x.seq limit ${share}`.execute(db);
        found.push(...rows);
      }
      return found;
    },
    async renew(held, lease) {
      if (held.length === 0) return;
      await sql`
        update bookend_delivery set lease = cast(${lease} as bigint) from ${jsonRows(dialect, held, claimColumns)}
        where bookend_delivery.seq = v.seq and bookend_delivery.state = 'sending' and bookend_delivery.owner = v.owner
          and bookend_delivery.attempt = v.attempt`.execute(db);
    },
    async release(rows) {
      if (rows.length === 0) return new Set();
      const { rows: released } = await sql<{ seq: number }>`
        update bookend_delivery set state = 'waiting', attempt = bookend_delivery.attempt - 1, owner = null, lease = null
        from ${jsonRows(dialect, rows, claimColumns)}
        where bookend_delivery.seq = v.seq and bookend_delivery.state = 'sending' and bookend_delivery.owner = v.owner
          and bookend_delivery.attempt = v.attempt and bookend_delivery.cancelling = 0
        returning bookend_delivery.seq`.execute(db);
      return new Set(released.map(({ seq }) => seq));
    },
  };
}
