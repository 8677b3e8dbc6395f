import { type Kysely, type RawBuilder, sql } from "kysely";
import type { DialectName } from "../database.js";
import { type Statement, statement } from "../statement.js";
import type { StoreSchema } from "../store-schema.js";
import { deliveryPlans } from "./delivery-plans.js";
import { type ClaimedRow, claimedColumns } from "./delivery-row.js";
import { rowsOfJson } from "./json-rows.js";

type Db = Kysely<StoreSchema>;

/** The values of statements that claim: times in milliseconds since 1970; `kinds` is JSON, the highest version of each kind. */
export interface ClaimValues {
  readonly owner: string;
  readonly now: number;
  readonly lease: number;
  readonly kinds: string;
}

/** The columns that identify a claim. */
const claimColumns = { destination: "text", seq: "bigint", owner: "text", attempt: "bigint" } as const;

interface WaitingRow {
  readonly name: string;
  readonly paused_until: number | null;
  readonly failures: number | null;
  readonly failing_since: number | null;
  readonly disabled: 0 | 1 | null;
  readonly sending: number;
  readonly due: number;
}

/** This process can send the delivery `x`. */
const known = (dialect: DialectName, kinds: string) =>
  dialect === "postgres"
    ? sql`x.version <= cast(cast(${kinds} as jsonb) ->> x.kind as bigint)`
    : sql`exists (select 1 from json_each(${kinds}) as k where k.key = x.kind and x.version <= k.value)`;

/**
 * Nobody is sending the delivery of this table. A look-up for each row: joined with all claims, what waits would be sorted first.
 */
export const isUnclaimed = (table: string) => {
  const of = (column: string) => sql.ref(`${table}.${column}`);
  return sql<boolean>`(select k.seq from bookend_delivery_claim as k where k.destination = ${of("destination")} and k.seq = ${of("seq")}) is null`;
};

/** Nothing ordered of the same destination waits before `x` or is being sent. */
const inTurn = sql`(x.ordered = 0 or (
    not exists (select 1 from bookend_delivery as e where e.state = 'waiting' and e.ordered = 1 and e.destination = x.destination and e.seq < x.seq)
    and not exists (select 1 from bookend_delivery_claim as e where e.ordered = 1 and e.destination = x.destination)))`;

/** The destination, joined as `c`, is neither paused nor disabled. */
const isOpen = (now: number) =>
  sql`(c.name is null or (c.disabled = 0 and (c.paused_until is null or c.paused_until <= ${now})))`;

/** Deliveries `x` that wait for a destination, are due and not too old, can be sent by this process, and have their turn; the oldest first. */
export const dueFor = (
  dialect: DialectName,
  name: RawBuilder<unknown>,
  share: RawBuilder<unknown>,
  { now, kinds }: Pick<ClaimValues, "now" | "kinds">,
) => sql`bookend_delivery as x${deliveryPlans(dialect).by("waiting")}
      where x.state = 'waiting' and x.destination = ${name} and x.due <= ${now} and x.expires > ${now}
        and ${isUnclaimed("x")} and ${known(dialect, kinds)} and ${inTurn}
      order by x.due, x.seq limit ${share}`;

/** Claims on deliveries `d`; where two processes claim one, it is the first one's. */
const claims = ({ owner, lease }: Pick<ClaimValues, "owner" | "lease">, from: RawBuilder<unknown>) => sql`
  insert into bookend_delivery_claim (destination, seq, ordered, owner, attempt, lease, cancelling)
  select d.destination, d.seq, d.ordered, cast(${owner} as text), d.attempt + 1, cast(${lease} as bigint), 0 from ${from}
  on conflict (destination, seq) do nothing`;

/** The columns of a delivery `d` that is being claimed. */
const claimed = sql.join(
  claimedColumns.map((column) => (column === "attempt" ? sql`d.attempt + 1 as attempt` : sql.ref(`d.${column}`))),
);

/**
 * How many deliveries of the destination in `names` are being sent. The second condition, which is as true as the first, lets PostgreSQL expect a
 * single row, so that it reads the index in order and remembers which of its entries are dead: those of claims that were removed since the last
 * vacuum are thousands a second.
 */
const sending = sql`(select count(*) from bookend_delivery_claim as s
  where s.destination = names.name and s.destination between names.name and names.name)`;

/** What waits, by destination. */
export const findWaiting = statement((_: Db, _values: object, dialect) => {
  const { by } = deliveryPlans(dialect);
  // a statement that begins with another word would wait for other writers on SQLite
  return sql<WaitingRow>`select * from (
      with recursive names(name) as (
        select min(destination) from bookend_delivery${by("waiting")} where state = 'waiting'
        union all
        select (select min(destination) from bookend_delivery${by("waiting")} where state = 'waiting' and destination > names.name)
        from names where names.name is not null
      )
      select names.name, c.paused_until, c.failures, c.failing_since, c.disabled,
        ${sending} as sending,
        (select w.due from bookend_delivery as w${by("waiting")} where w.state = 'waiting' and w.destination = names.name
          and ${isUnclaimed("w")} order by w.due, w.seq limit 1) as due
      from names left join bookend_destination as c on c.name = names.name
      where names.name is not null) as found where found.due is not null`;
});

/** The numbers of what is due for one destination. */
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

/** Claims by number; the rows that it found are locked. `seqs` is JSON. Its rows have no columns of the claim. */
export const takeNumbers = statement(
  (_: Db, { seqs, owner, lease }: Pick<ClaimValues, "owner" | "lease"> & { readonly seqs: string }) => sql<FoundRow>`
      with claimed as (
        ${claims(
          { owner, lease },
          sql`bookend_delivery as d where d.seq in (select cast(n as bigint) from jsonb_array_elements_text(cast(${seqs} as jsonb)) as n)`,
        )} returning seq)
      select ${claimed} from claimed join bookend_delivery as d on d.seq = claimed.seq`,
);

/** The same on SQLite, in two statements. */
export const writeClaims = statement(
  (_: Db, { seqs, owner, lease }: Pick<ClaimValues, "owner" | "lease"> & { readonly seqs: string }) =>
    claims({ owner, lease }, sql`bookend_delivery as d where d.seq in (select value from json_each(${seqs}))`),
);

/** What was claimed, as {@link Packed} rows. */
export const readClaimed = statement(
  (_: Db, { seqs }: { readonly seqs: string }) =>
    sql<Packed>`select ${packed} from bookend_delivery where seq in (select value from json_each(${seqs}))`,
);

type GroupValues = ClaimValues & Readonly<Record<`names${number}`, string> & Record<`share${number}`, number>>;

const takingDue = new Map<number, Statement<GroupValues, FoundRow>>();

/**
 * On PostgreSQL, claims what is due for destinations, for each group of them with a limit of its own: `names0` (JSON) and `share0`, and so on. Most have
 * the same, so that there is one group or two: the server plans the statement each time. If it read the limit from a row, it would not know
 * it, and would sort all that waits.
 */
export function takeDue(groups: number): Statement<GroupValues, FoundRow> {
  const made = takingDue.get(groups) ?? takeDueOf(groups);
  takingDue.set(groups, made);
  return made;
}

function takeDueOf(groups: number) {
  const columns = sql.join(claimedColumns.map((column) => sql.ref(`x.${column}`)));
  return statement((_: Db, values: GroupValues, dialect) => {
    const parts = Array.from({ length: groups }, (_part, index) => {
      const found = dueFor(dialect, sql.ref("s.name"), sql`${values[`share${index}`]}`, values);
      return sql`select one.* from jsonb_array_elements_text(cast(${values[`names${index}`]} as jsonb)) as s(name)
            cross join lateral (select ${columns} from ${found} for update skip locked) as one`;
    });
    return sql<FoundRow>`
          with d as materialized (${sql.join(parts, sql` union all `)}),
            claimed as (${claims(values, sql`d`)} returning seq)
          select ${claimed} from d where d.seq in (select seq from claimed)`;
  });
}

/** Which of these deliveries are due, and whether they may be begun now; `ids` is JSON. */
export const findIds = statement(
  (_: Db, { ids, now, kinds }: { readonly ids: string; readonly now: number; readonly kinds: string }, dialect) => {
    const lock = dialect === "postgres" ? sql`for update of x skip locked` : sql``;
    return sql<{ seq: number; destination: string; failures: number | null; ready: number }>`
      select x.seq, x.destination, c.failures, case when ${inTurn} and ${isOpen(now)} then 1 else 0 end as ready
      from bookend_delivery as x left join bookend_destination as c on c.name = x.destination
      where x.id in (select v.id from ${rowsOfJson(dialect, sql`${ids}`, { id: "text" })})
        and ${deliveryPlans(dialect).state("x")} = 'waiting' and x.due <= ${now} and x.expires > ${now}
        and ${isUnclaimed("x")} and ${known(dialect, kinds)} order by x.seq ${lock}`;
  },
);

/** Extends leases; `held` is JSON. */
export const renewLeases = statement(
  (_: Db, { held, lease }: { readonly held: string; readonly lease: number }, dialect) => sql`
      update bookend_delivery_claim set lease = cast(${lease} as bigint) where (destination, seq, owner, attempt) in (
        select v.destination, v.seq, v.owner, v.attempt from ${rowsOfJson(dialect, sql`${held}`, claimColumns)})`,
);

/** Gives claims back, except for those that were cancelled; `held` is JSON. */
export const releaseClaims = statement(
  (_: Db, { held }: { readonly held: string }, dialect) => sql<{ seq: number }>`
      delete from bookend_delivery_claim where cancelling = 0 and (destination, seq, owner, attempt) in (
        select v.destination, v.seq, v.owner, v.attempt from ${rowsOfJson(dialect, sql`${held}`, claimColumns)})
      returning seq`,
);

/** A row that was found for a claim. */
export type FoundRow = Omit<ClaimedRow, "owner" | "cancelling">;

/** A row as one string: SQLite's driver takes longer for each value than JSON does for all of them. */
interface Packed {
  readonly packed: string;
}

const packed = sql`json_array(${sql.join(
  claimedColumns.map((column) => (column === "attempt" ? sql`attempt + 1` : sql.ref(column))),
)}) as packed`;

/** The row in a {@link Packed} one. */
export function unpacked({ packed: json }: Packed): FoundRow {
  const values = JSON.parse(json) as readonly unknown[];
  return Object.fromEntries(claimedColumns.map((column, index) => [column, values[index]])) as unknown as FoundRow;
}
