import type { DeliveryPage, Destination, DestinationFilter, DestinationList } from "@bookend/core";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Database } from "../database.js";
import { jsonParameter } from "../json-parameter.js";
import type { StoreSchema } from "../store-schema.js";
import { type Circuit, circuitState } from "./circuit.js";
import { firstDestination } from "./claim-statements.js";
import { invalidOption, sizeOf } from "./delivery-filter.js";
import { deliveryPlans } from "./delivery-plans.js";
import { rowsOfJson } from "./json-rows.js";

const allStates: readonly string[] = ["open", "paused", "disabled"];

/** Reads destinations, as operators see them. */
export interface Destinations {
  /** @throws {StoreError} OUTBOX_OPTION_INVALID */
  list(filter: DestinationFilter, page: DeliveryPage): Promise<DestinationList>;
  /** Returns a destination. Undefined if it has no deliveries that are waiting or being sent, and has never failed. */
  get(name: string): Promise<Destination | undefined>;
}

interface DestinationRow extends Omit<Circuit, "failures" | "disabled"> {
  readonly failures: number | null;
  readonly disabled: 0 | 1 | null;
  readonly waiting: number;
  readonly sending: number;
  readonly oldest: number | null;
}

/** Creates {@link Destinations}. `now` is in milliseconds since 1970. */
export function destinationsOf(
  { reader, dialect }: Pick<Database<StoreSchema>, "reader" | "dialect">,
  now: () => number,
): Destinations {
  const { by } = deliveryPlans(dialect);

  /**
   * Returns the names of up to `count` destinations after a given name, each read in one index step, however many
   * deliveries wait for the destination.
   */
  async function namesAfter(after: string, count: number): Promise<readonly string[]> {
    const names = async (state: "waiting" | "sending") => {
      const next = (name: RawBuilder<unknown>) => firstDestination(dialect, state, name);
      const { rows } = await sql<{ name: string }>`
        with recursive names(name, place) as (
          select (${next(sql`${after}`)}), 1
          union all select (${next(sql.ref("names.name"))}), place + 1 from names where name is not null and place < ${count}
        ) select name from names where name is not null`.execute(reader);
      return rows.map(({ name }) => name);
    };
    const circuits = await reader
      .selectFrom("bookend_destination")
      .select("name")
      .where("name", ">", after)
      .orderBy("name")
      .limit(count)
      .execute();
    const found = [...(await names("waiting")), ...(await names("sending")), ...circuits.map(({ name }) => name)];
    return sortedByDatabase(reader, dialect, [...new Set(found)], count);
  }

  async function blockedAfter(after: string, count: number, states: readonly string[]): Promise<readonly string[]> {
    const isPaused = sql<boolean>`disabled = 0 and paused_until > ${now()}`;
    const rows = await reader
      .selectFrom("bookend_destination")
      .select("name")
      .where("name", ">", after)
      .where((where) =>
        where.or([
          ...(states.includes("paused") ? [isPaused] : []),
          ...(states.includes("disabled") ? [where("disabled", "=", 1)] : []),
        ]),
      )
      .orderBy("name")
      .limit(count)
      .execute();
    return rows.map(({ name }) => name);
  }

  async function read(names: readonly string[]): Promise<readonly Destination[]> {
    if (names.length === 0) return [];
    const list = rowsOfJson(dialect, sql`${jsonParameter(names.map((name) => ({ name })))}`, { name: "text" });
    const count = (state: "waiting" | "sending") => sql`
      (select count(*) from bookend_delivery as d${by(state)} where d.state = ${sql.lit(state)} and d.destination = v.name)`;
    const { rows } = await sql<DestinationRow>`
      select v.name, c.paused_until, c.failures, c.failing_since, c.disabled, ${count("waiting")} as waiting, ${count("sending")} as sending,
        (select w.due from bookend_delivery as w${by("waiting")} where w.state = 'waiting' and w.destination = v.name
          order by w.due limit 1) as oldest
      from ${list} left join bookend_destination as c on c.name = v.name`.execute(reader);
    const known = new Map(rows.map((row) => [row.name, row]));
    const time = now();
    return names.flatMap((name) => {
      const row = known.get(name);
      return row === undefined ? [] : [destinationOf(row, time)];
    });
  }

  return {
    async list({ states }, page) {
      const size = sizeOf(page);
      const { cursor: after = "" } = page;
      if (states?.some((state) => !allStates.includes(state))) throw invalidOption("states", allStates.join(", "));
      const wanted = states ?? allStates;
      const names = wanted.includes("open")
        ? await namesAfter(after, size + 1)
        : wanted.length === 0
          ? []
          : await blockedAfter(after, size + 1, wanted);
      const listed = names.slice(0, size);
      const last = listed[size - 1];
      return {
        destinations: (await read(listed)).filter(({ state }) => wanted.includes(state)),
        ...(names.length > size && last !== undefined && { next: last }),
      };
    },
    async get(name) {
      const [found] = await read([name]);
      if (found === undefined || found.waiting > 0 || found.sending > 0) return found;
      const circuit = await reader.selectFrom("bookend_destination").select("name").where("name", "=", name).execute();
      return circuit.length === 0 ? undefined : found;
    },
  };
}

/**
 * Returns the first `count` of these names in the order of the database, whose collation may differ from the order of
 * strings in JavaScript.
 */
async function sortedByDatabase(
  reader: Kysely<StoreSchema>,
  dialect: Database<StoreSchema>["dialect"],
  names: readonly string[],
  count: number,
): Promise<readonly string[]> {
  const list = rowsOfJson(dialect, sql`${jsonParameter(names.map((name) => ({ name })))}`, { name: "text" });
  const { rows } = await sql<{ name: string }>`select v.name from ${list} order by v.name limit ${count}`.execute(
    reader,
  );
  return rows.map(({ name }) => name);
}

function destinationOf(
  { name, paused_until, failures, failing_since, disabled, waiting, sending, oldest }: DestinationRow,
  now: number,
): Destination {
  const circuit = { name, paused_until, failures: failures ?? 0, failing_since, disabled: disabled ?? 0 };
  const state = circuitState(circuit, now);
  return {
    name,
    state,
    ...(state === "paused" && paused_until !== null && { pausedUntil: new Date(paused_until) }),
    failures: circuit.failures,
    waiting: Number(waiting),
    sending: Number(sending),
    ...(oldest !== null && { oldestWaiting: new Date(oldest) }),
  };
}
