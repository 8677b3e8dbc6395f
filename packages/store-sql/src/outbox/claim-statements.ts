import { type Kysely, type RawBuilder, sql } from "kysely";
import type { DialectName } from "../database.js";
import { type Statement, statement } from "../statement.js";
import type { StoreSchema } from "../store-schema.js";
import { deliveryPlans } from "./delivery-plans.js";
import { type ClaimedRow, claimedColumns } from "./delivery-row.js";
import { rowsOfJson } from "./json-rows.js";

type Db = Kysely<StoreSchema>;

/**
 * The values of claiming statements. `now` and `lease`, which is the time when the claim expires, are in milliseconds
 * since 1970; `kinds` is JSON with the highest version of each kind that this process can send.
 */
export interface ClaimValues {
  readonly owner: string;
  readonly now: number;
  readonly lease: number;
  readonly kinds: string;
}

/** The columns that identify a claim. */
export const claimColumns = { seq: "bigint", owner: "text", attempt: "bigint" } as const;

/**
 * A destination, with its circuit, whose columns are null if the destination has never failed. Times in milliseconds
 * since 1970.
 */
export interface WaitingRow {
  readonly name: string;
  readonly paused_until: number | null;
  readonly failures: number | null;
  readonly failing_since: number | null;
  readonly disabled: 0 | 1 | null;
  readonly sending: number;
  /** The earliest due time of a waiting delivery; null if no delivery waits. */
  readonly due: number | null;
}

/** Returns the SQL condition that this process can send the delivery `x`. */
const known = (dialect: DialectName, kinds: string) =>
  dialect === "postgres"
    ? sql`x.version <= cast(cast(${kinds} as jsonb) ->> x.kind as bigint)`
    : sql`exists (select 1 from json_each(${kinds}) as k where k.key = x.kind and x.version <= k.value)`;

/**
 * Returns the SQL condition that the delivery `x` is not ordered, or that no earlier ordered delivery to the same
 * destination is waiting and no ordered one is being sent.
 */
const inTurn = (dialect: DialectName) => sql`(x.ordered = 0 or (
    not exists (select 1 from bookend_delivery as e where e.state = 'waiting' and e.ordered = 1 and e.destination = x.destination and e.seq < x.seq)
    and not exists (select 1 from bookend_delivery as e${deliveryPlans(dialect).by("sending")} where e.state = 'sending' and e.ordered = 1 and e.destination = x.destination)))`;

/** Returns the SQL condition that the destination, joined as `c`, is neither paused nor disabled. */
const isOpen = (now: number) =>
  sql`(c.name is null or (c.disabled = 0 and (c.paused_until is null or c.paused_until <= ${now})))`;

/**
 * Returns the SQL that selects up to `share` deliveries `x` to a destination that are waiting, due, not too old,
 * supported by this process, and next in order; those that became due first come first.
 */
export const dueFor = (
  dialect: DialectName,
  name: RawBuilder<unknown>,
  share: RawBuilder<unknown>,
  { now, kinds }: Pick<ClaimValues, "now" | "kinds">,
) => sql`bookend_delivery as x${deliveryPlans(dialect).by("waiting")}
      where x.state = 'waiting' and x.destination = ${name} and x.due <= ${now} and x.expires > ${now}
        and ${known(dialect, kinds)} and ${inTurn(dialect)}
      order by x.due, x.seq limit ${share}`;

const taken = ({ owner, lease }: Pick<ClaimValues, "owner" | "lease">) =>
  sql`state = 'sending', attempt = attempt + 1, owner = ${owner}, lease = cast(${lease} as bigint)`;

/** Returns the SQL that reads a {@link WaitingRow} for each destination whose name the query `names` returns. */
const waitingFor = (dialect: DialectName, names: RawBuilder<unknown>) => {
  const { by } = deliveryPlans(dialect);
  return sql<WaitingRow>`
      select names.name, c.paused_until, c.failures, c.failing_since, c.disabled,
        (select count(*) from bookend_delivery as s${by("sending")} where s.state = 'sending' and s.destination = names.name) as sending,
        (select w.due from bookend_delivery as w${by("waiting")} where w.state = 'waiting' and w.destination = names.name
          order by w.due limit 1) as due
      from (${names}) as names left join bookend_destination as c on c.name = names.name`;
};

/** Maximum number of destinations per lookup. If there are fewer, each lookup covers all of them. */
export const lookSize = 250;

/**
 * Returns the SQL that finds the first destination with a delivery in this state, or the first after a given name, in
 * one index step. It does not use `min()`: if the statistics of PostgreSQL are from before the deliveries were
 * submitted, it assumes that there is only one such row, and reads all of them.
 */
export const firstDestination = (
  dialect: DialectName,
  state: "waiting" | "sending",
  after?: RawBuilder<unknown>,
) => sql`
      select destination from bookend_delivery${deliveryPlans(dialect).by(state)} where state = ${sql.lit(state)}
        ${after === undefined ? sql`` : sql`and destination > ${after}`} order by destination limit 1`;

/**
 * Returns the SQL that reads up to {@link lookSize} destinations with waiting deliveries, in the order of their names:
 * the first, or those after a name.
 */
const waitingAfter = (dialect: DialectName, after?: RawBuilder<unknown>) => {
  const next = firstDestination(dialect, "waiting", sql.ref("steps.name"));
  // on SQLite, only a statement that begins with `select` counts as a read, and does not wait for other writers
  return sql<WaitingRow>`select * from (
      with recursive steps(name, place) as (
        select (${firstDestination(dialect, "waiting", after)}), 1
        union all select (${next}), steps.place + 1 from steps where steps.name is not null and steps.place < ${sql.lit(lookSize)}
      )
      ${waitingFor(dialect, sql`select steps.name, steps.place from steps where steps.name is not null`)} order by names.place) as found`;
};

/**
 * Reads the first destinations with waiting deliveries. The statement has no parameters, so that PostgreSQL plans it
 * once: planning takes twice as long as running it.
 */
export const findWaiting = statement((_: Db, _values: object, dialect) => waitingAfter(dialect));

/** Reads the destinations with waiting deliveries whose names come after a given name. */
export const findWaitingAfter = statement((_: Db, { after }: { readonly after: string }, dialect) =>
  waitingAfter(dialect, sql`${after}`),
);

/**
 * Returns the SQL that finds the `most` deliveries that became due last. On PostgreSQL, it reads row by row: if the
 * statistics are from before the deliveries were submitted, PostgreSQL would sort everything that is due instead of
 * reading a hundred index rows.
 */
const latestDue = (dialect: DialectName, now: number, most: number) => {
  const order = sql`order by due desc, seq desc limit`;
  if (dialect === "sqlite") {
    return sql`select destination, due from bookend_delivery${deliveryPlans(dialect).by("due")}
      where state = 'waiting' and due <= ${now} ${order} ${most}`;
  }
  return sql`
    with recursive latest as (
      (select due, seq, destination, 1 as place from bookend_delivery where state = 'waiting' and due <= ${now} ${order} 1)
      union all
      select n.due, n.seq, n.destination, latest.place + 1 from latest cross join lateral (
        select due, seq, destination from bookend_delivery where state = 'waiting' and (due, seq) < (latest.due, latest.seq) ${order} 1
      ) as n where latest.place < ${most}
    ) select destination, due from latest`;
};

/**
 * Reads the destinations of the `most` deliveries that became due last, the latest first. Such deliveries are new, or
 * retries that have just become due.
 */
export const findRecent = statement(
  (_: Db, { now, most }: { readonly now: number; readonly most: number }, dialect) => {
    const found = waitingFor(
      dialect,
      sql`select r.destination as name, max(r.due) as latest from (${latestDue(dialect, now, most)}) as r group by r.destination`,
    );
    return sql<WaitingRow>`${found} order by names.latest desc`;
  },
);

/** Reads the destinations with these names; `names` is JSON. */
export const findWaitingFor = statement((_: Db, { names }: { readonly names: string }, dialect) =>
  waitingFor(dialect, sql`select v.name from ${rowsOfJson(dialect, sql`${names}`, { name: "text" })}`),
);

/** Reads the numbers of up to `share` deliveries to one destination that can be claimed. */
export const findDue = statement(
  (
    _: Db,
    {
      name,
      share,
      now,
      kinds,
    }: Omit<ClaimValues, "owner" | "lease"> & { readonly name: string; readonly share: number },
    dialect,
  ) => sql<{ seq: number }>`select x.seq from ${dueFor(dialect, sql`${name}`, sql`${share}`, { now, kinds })}`,
);

/** Claims deliveries by their numbers. `seqs` is JSON. On SQLite, the rows are {@link Packed}. */
export const takeNumbers = statement(
  (_: Db, { seqs, owner, lease }: Pick<ClaimValues, "owner" | "lease"> & { readonly seqs: string }, dialect) =>
    dialect === "postgres"
      ? sql<ClaimedRow & Packed>`
          update bookend_delivery set ${taken({ owner, lease })} where seq in (
            select cast(n as bigint) from jsonb_array_elements_text(cast(${seqs} as jsonb)) as n)
          returning ${sql.join(claimedColumns.map((column) => sql.ref(column)))}`
      : sql<ClaimedRow & Packed>`
          update bookend_delivery set ${taken({ owner, lease })} where seq in (select value from json_each(${seqs}))
          returning ${packed}`,
);

type GroupValues = ClaimValues & Readonly<Record<`names${number}`, string> & Record<`share${number}`, number>>;

const takingDue = new Map<number, Statement<GroupValues, ClaimedRow>>();

/**
 * On PostgreSQL, claims due deliveries for groups of destinations, each with its own limit for every destination of the
 * group: `names0` (JSON) and `share0`, and so on. Most destinations have the same limit, so there are one or two
 * groups. Limits are parameters: if the server read them from rows, it would not know them when it plans the statement,
 * and would sort all waiting deliveries.
 */
export function takeDue(groups: number): Statement<GroupValues, ClaimedRow> {
  const made = takingDue.get(groups) ?? takeDueOf(groups);
  takingDue.set(groups, made);
  return made;
}

function takeDueOf(groups: number) {
  return statement((_: Db, values: GroupValues, dialect) => {
    const parts = Array.from({ length: groups }, (_part, index) => {
      const found = dueFor(dialect, sql.ref("s.name"), sql`${values[`share${index}`]}`, values);
      return sql`select one.seq from jsonb_array_elements_text(cast(${values[`names${index}`]} as jsonb)) as s(name)
            cross join lateral (select x.seq from ${found} for update skip locked) as one`;
    });
    return sql<ClaimedRow>`
          with claimed as materialized (${sql.join(parts, sql` union all `)})
          update bookend_delivery as d set ${taken(values)} from claimed where d.seq = claimed.seq
          returning ${sql.join(claimedColumns.map((column) => sql.ref(`d.${column}`)))}`;
  });
}

/** Finds which of these deliveries are waiting and due, and whether they may begin now; `ids` is JSON. */
export const findIds = statement(
  (_: Db, { ids, now, kinds }: { readonly ids: string; readonly now: number; readonly kinds: string }, dialect) => {
    const lock = dialect === "postgres" ? sql`for update of x skip locked` : sql``;
    return sql<{ seq: number; destination: string; failures: number | null; ready: number }>`
      select x.seq, x.destination, c.failures, case when ${inTurn(dialect)} and ${isOpen(now)} then 1 else 0 end as ready
      from bookend_delivery as x left join bookend_destination as c on c.name = x.destination
      where x.id in (select v.id from ${rowsOfJson(dialect, sql`${ids}`, { id: "text" })})
        and ${deliveryPlans(dialect).state("x")} = 'waiting' and x.due <= ${now} and x.expires > ${now}
        and ${known(dialect, kinds)} order by x.seq ${lock}`;
  },
);

/** Extends leases; `held` is JSON. */
export const renewLeases = statement(
  (_: Db, { held, lease }: { readonly held: string; readonly lease: number }, dialect) => sql`
      update bookend_delivery set lease = cast(${lease} as bigint) from ${rowsOfJson(dialect, sql`${held}`, claimColumns)}
      where bookend_delivery.seq = v.seq and ${deliveryPlans(dialect).state("bookend_delivery")} = 'sending' and bookend_delivery.owner = v.owner
        and bookend_delivery.attempt = v.attempt`,
);

/** A row as one JSON string: parsing it takes less time than SQLite's driver takes to return a single value. */
interface Packed {
  readonly packed: string;
}

const packed = sql`json_array(${sql.join(claimedColumns.map((column) => sql.ref(column)))}) as packed`;

/** Unpacks a {@link Packed} row. */
export function unpacked({ packed: json }: Packed): ClaimedRow {
  const values = JSON.parse(json) as readonly unknown[];
  return Object.fromEntries(claimedColumns.map((column, index) => [column, values[index]])) as unknown as ClaimedRow;
}
