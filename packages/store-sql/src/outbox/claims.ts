import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import { transactTogether } from "../transact-together.js";
import type { Circuit } from "./circuit.js";
import { deliveryPlans } from "./delivery-plans.js";
import { type ClaimedRow, claimedColumns, type DeliveryHead, headColumns } from "./delivery-row.js";
import { executorOf, hotStatement } from "./hot-statement.js";
import { jsonRows, rowsOfJson } from "./json-rows.js";

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
  waiting(trx?: Transaction<StoreSchema>): Promise<readonly WaitingDestination[]>;
  /** Claims what is due, oldest first; in a transaction of its own, unless one is given. */
  claim(shares: readonly Share[], claimant: Claimant, trx?: Transaction<StoreSchema>): Promise<readonly ClaimedRow[]>;
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
  readonly rows: readonly ClaimedRow[];
  /** Destinations of those that wait and are due, and that may not be begun yet: it is not their turn, or there is no place. */
  readonly refused: readonly string[];
}

/** A claim of this process. */
export type HeldClaim = Pick<ClaimedRow, "seq" | "owner" | "attempt">;

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

/** The values of statements that claim; `kinds` is JSON. */
interface ClaimValues extends Omit<Claimant, "kinds"> {
  readonly kinds: string;
}

function valuesOf(claimant: Claimant): ClaimValues {
  return { ...claimant, kinds: JSON.stringify(claimant.kinds) };
}

/** The claims on the deliveries of a database. */
export function deliveryClaims(database: Database<StoreSchema>): Claims {
  const { db, dialect } = database;
  const { by, state } = deliveryPlans(dialect);
  const executor = executorOf(db);
  const known = (kinds: RawBuilder<unknown>) =>
    dialect === "postgres"
      ? sql`x.version <= cast(cast(${kinds} as jsonb) ->> x.kind as bigint)`
      : sql`exists (select 1 from json_each(${kinds}) as k where k.key = x.kind and x.version <= k.value)`;
  /** Nothing ordered of the same destination waits before it or is being sent. */
  const inTurn = sql`(x.ordered = 0 or (
    not exists (select 1 from bookend_delivery as e where e.state = 'waiting' and e.ordered = 1 and e.destination = x.destination and e.seq < x.seq)
    and not exists (select 1 from bookend_delivery as e${by("sending")} where e.state = 'sending' and e.ordered = 1 and e.destination = x.destination)))`;
  /** The destination, joined as `c`, is neither paused nor disabled. */
  const isOpen = (now: RawBuilder<unknown>) =>
    sql`(c.name is null or (c.disabled = 0 and (c.paused_until is null or c.paused_until <= ${now})))`;
  /** Waits for this destination, is due and not too old, can be sent by this process, and has its turn; the oldest first. */
  const dueFor = (
    name: RawBuilder<unknown>,
    share: RawBuilder<unknown>,
    value: (name: "now" | "kinds") => RawBuilder<unknown>,
  ) => sql`bookend_delivery as x${by("waiting")}
      where x.state = 'waiting' and x.destination = ${name} and x.due <= ${value("now")} and x.expires > ${value("now")}
        and ${known(value("kinds"))} and ${inTurn}
      order by x.due, x.seq limit ${share}`;
  const taken = (value: (name: "owner" | "lease") => RawBuilder<unknown>) =>
    sql`state = 'sending', attempt = attempt + 1, owner = ${value("owner")}, lease = cast(${value("lease")} as bigint)`;

  const findWaiting = hotStatement<object, WaitingRow>(
    // a statement that begins with another word would wait for other writers on SQLite
    () => sql`select * from (
      with recursive names(name) as (
        select min(destination) from bookend_delivery${by("waiting")} where state = 'waiting'
        union all
        select (select min(destination) from bookend_delivery${by("waiting")} where state = 'waiting' and destination > names.name)
        from names where names.name is not null
      )
      select names.name, c.paused_until, c.failures, c.failing_since, c.disabled,
        (select count(*) from bookend_delivery as s${by("sending")} where s.state = 'sending' and s.destination = names.name) as sending,
        (select min(w.due) from bookend_delivery as w${by("waiting")} where w.state = 'waiting' and w.destination = names.name) as due
      from names left join bookend_destination as c on c.name = names.name
      where names.name is not null) as found`,
  );

  const findDue = hotStatement<Share & Omit<ClaimValues, "owner" | "lease">, { seq: number }>(
    (value) => sql`select x.seq from ${dueFor(value("name"), value("share"), value)}`,
  );

  /** Claims by number; the rows that it found are locked. */
  const take = hotStatement<Omit<ClaimValues, "now" | "kinds"> & { readonly seqs: string }, ClaimedRow & Packed>(
    (value) =>
      dialect === "postgres"
        ? sql`
          update bookend_delivery set ${taken(value)} where seq in (
            select cast(n as bigint) from jsonb_array_elements_text(cast(${value("seqs")} as jsonb)) as n)
          returning ${sql.join(claimedColumns.map((column) => sql.ref(column)))}`
        : sql`
          update bookend_delivery set ${taken(value)} where seq in (select value from json_each(${value("seqs")}))
          returning ${packed}`,
  );

  /**
   * Claims what is due for destinations, for each group of them with a limit of its own. Most have the same, so that there is one group or two: the
   * server plans the statement each time. A limit that it read from a row it would not know, and sort all that waits.
   */
  const takeDue = (groups: number) =>
    hotStatement<
      ClaimValues & Readonly<Record<`names${number}`, string> & Record<`share${number}`, number>>,
      ClaimedRow
    >((value) => {
      const parts = Array.from({ length: groups }, (_, index) => {
        const found = dueFor(sql.ref("s.name"), value(`share${index}`), value);
        return sql`select one.seq from jsonb_array_elements_text(cast(${value(`names${index}`)} as jsonb)) as s(name)
            cross join lateral (select x.seq from ${found} for update skip locked) as one`;
      });
      return sql`
          with claimed as materialized (${sql.join(parts, sql` union all `)})
          update bookend_delivery as d set ${taken(value)} from claimed where d.seq = claimed.seq
          returning ${sql.join(claimedColumns.map((column) => sql.ref(`d.${column}`)))}`;
    });
  /** By the number of groups. */
  const takingDue = new Map<number, ReturnType<typeof takeDue>>();

  function claimOnPostgres(
    on: Kysely<never>,
    shares: readonly Share[],
    claimant: Claimant,
  ): Promise<{ readonly rows: readonly ClaimedRow[] }> {
    const groups = new Map<number, string[]>();
    for (const { name, share } of shares) groups.set(share, [...(groups.get(share) ?? []), name]);
    const statement = takingDue.get(groups.size) ?? takeDue(groups.size);
    takingDue.set(groups.size, statement);
    const values = [...groups].flatMap(([share, names], index) => [
      [`share${index}`, share],
      [`names${index}`, JSON.stringify(names)],
    ]);
    return statement(on, { ...valuesOf(claimant), ...Object.fromEntries(values) });
  }

  async function takeNumbers(
    on: Kysely<never>,
    seqs: readonly number[],
    { owner, lease }: Claimant,
  ): Promise<readonly ClaimedRow[]> {
    const { rows } = await take(on, { owner, lease, seqs: JSON.stringify(seqs) });
    return dialect === "postgres" ? rows : rows.map(unpacked);
  }

  async function claimOnSqlite(
    on: Kysely<never>,
    shares: readonly Share[],
    claimant: Claimant,
  ): Promise<readonly ClaimedRow[]> {
    const found: number[] = [];
    for (const share of shares) {
      const { rows } = await findDue(on, { ...valuesOf(claimant), ...share });
      for (const { seq } of rows) found.push(seq);
    }
    return found.length === 0 ? [] : takeNumbers(on, found, claimant);
  }

  const findIds = hotStatement<
    { readonly ids: string; readonly now: number; readonly kinds: string },
    { seq: number; destination: string; failures: number | null; ready: number }
  >((value) => {
    const lock = dialect === "postgres" ? sql`for update of x skip locked` : sql``;
    return sql`
      select x.seq, x.destination, c.failures, case when ${inTurn} and ${isOpen(value("now"))} then 1 else 0 end as ready
      from bookend_delivery as x left join bookend_destination as c on c.name = x.destination
      where x.id in (select v.id from ${rowsOfJson(dialect, value("ids"), { id: "text" })})
        and ${state("x")} = 'waiting' and x.due <= ${value("now")} and x.expires > ${value("now")}
        and ${known(value("kinds"))} order by x.seq ${lock}`;
  });

  const renewal = hotStatement<{ readonly held: string; readonly lease: number }>(
    (value) => sql`
      update bookend_delivery set lease = cast(${value("lease")} as bigint) from ${rowsOfJson(dialect, value("held"), claimColumns)}
      where bookend_delivery.seq = v.seq and ${state("bookend_delivery")} = 'sending' and bookend_delivery.owner = v.owner
        and bookend_delivery.attempt = v.attempt`,
  );

  return {
    async waiting(trx) {
      const { rows } = await findWaiting(trx === undefined ? executor : executorOf(trx), {});
      return rows.map(({ name, paused_until, failures, failing_since, disabled, sending, due }) => ({
        circuit: { name, paused_until, failures: failures ?? 0, failing_since, disabled: disabled ?? 0 },
        sending,
        due,
      }));
    },
    async claim(shares, claimant, trx) {
      if (dialect === "postgres") {
        return (await claimOnPostgres(trx === undefined ? executor : executorOf(trx), shares, claimant)).rows;
      }
      if (trx !== undefined) return claimOnSqlite(executorOf(trx), shares, claimant);
      return transactTogether(database, (own) => claimOnSqlite(executorOf(own), shares, claimant));
    },
    claimIds: (ids, claimant, admits) =>
      transact(executor, async (trx) => {
        const { now, kinds } = valuesOf(claimant);
        const { rows } = await findIds(trx, { ids: JSON.stringify(ids.map((id) => ({ id }))), now, kinds });
        const admitted = rows.filter(
          ({ destination, failures, ready }) => Number(ready) === 1 && admits(destination, failures ?? 0),
        );
        const taken = new Set(admitted.map(({ seq }) => seq));
        const refused = [...new Set(rows.flatMap(({ seq, destination }) => (taken.has(seq) ? [] : [destination])))];
        if (taken.size === 0) return { rows: [], refused };
        return { rows: await takeNumbers(trx, [...taken], claimant), refused };
      }),
    async due(shares, claimant) {
      const found: DeliveryHead[] = [];
      const values = valuesOf(claimant);
      const value = (name: "now" | "kinds") => sql`${values[name]}`;
      for (const { name, share } of shares) {
        const { rows } = await sql<DeliveryHead>`
          select ${sql.join(headColumns.map((column) => sql.ref(`x.${column}`)))} from ${dueFor(sql`${name}`, sql`${share}`, value)}`.execute(
          db,
        );
        found.push(...rows);
      }
      return found;
    },
    async renew(held, lease) {
      if (held.length === 0) return;
      const claims = held.map(({ seq, owner, attempt }) => ({ seq, owner, attempt }));
      await renewal(executor, { held: JSON.stringify(claims), lease });
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

/** A row as one string: SQLite's driver takes longer for each value than JSON does for all of them. */
interface Packed {
  readonly packed: string;
}

const packed = sql`json_array(${sql.join(claimedColumns.map((column) => sql.ref(column)))}) as packed`;

function unpacked({ packed: json }: Packed): ClaimedRow {
  const values = JSON.parse(json) as readonly unknown[];
  return Object.fromEntries(claimedColumns.map((column, index) => [column, values[index]])) as unknown as ClaimedRow;
}
