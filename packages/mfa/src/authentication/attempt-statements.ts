import { statement } from "@bookend/store-sql";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { added } from "../tokens/token-info.js";

type Db = Kysely<DomainSchema>;
type Dialect = DomainContext["dialect"];

interface TokenId {
  readonly id: number;
}

/**
 * A use of a token: `from` is the stored counter with which its OTP was verified, `counter` the new counter to store.
 */
interface CounterUse extends TokenId {
  readonly counter: number;
  readonly from: number;
}

/** A token with a successful attempt, and the time of the attempt. */
interface Counted extends TokenId {
  readonly lastAuth: string;
}

/** A token is active, neither revoked nor locked: it may have changed after `refusalOf` checked it. */
const isUsable = sql<boolean>`active = 1 and revoked = 0 and fail_count < max_fail_count`;

const usable = (id: number) => sql<boolean>`id = ${id} and ${isUsable}`;

const counts = sql`excluded.key in ('count_auth', 'count_auth_success')`;

/**
 * Returns the `on conflict` clause of an insertion of tokeninfo fields: it adds to counters and overwrites other
 * fields.
 */
const mergedInfo = (dialect: Dialect) =>
  sql`on conflict (token_id, key) do update set value = case when ${counts} then ${added(dialect)} else excluded.value end`;

const idsIn = (dialect: Dialect, json: string): RawBuilder<number> =>
  dialect === "postgres"
    ? sql`(select cast(value as bigint) from json_array_elements_text(cast(${json} as json)))`
    : sql`(select value from json_each(${json}))`;

/** Updates the time at which the token's container was last used. */
export const touchContainer = statement((_: Db, { id, now }: TokenId & { readonly now: number }) =>
  touched(now, sql`${id}`),
);

const touched = (now: number, id: RawBuilder<unknown>) =>
  sql`update container set last_authentication = ${now}
    where id in (select container_id from container_token where token_id = ${id})`;

/** Resets the failed attempts of a token without a counter, if the token may be used. */
export const useToken = statement(
  (_: Db, { id }: TokenId) => sql<never>`update token set fail_count = 0 where ${usable(id)}`,
);

/** Uses up an OTP: stores the next counter, if the token may be used and its counter is still `from`. */
export const useCounter = statement(
  (_: Db, { id, counter, from }: CounterUse) =>
    sql<never>`update token set fail_count = 0, counter = ${counter} where ${usable(id)} and counter = ${from}`,
);

/** Deletes a token that is valid only once, if it may be used. */
export const deleteToken = statement((_: Db, { id }: TokenId) => sql<never>`delete from token where ${usable(id)}`);

/** Uses up an OTP of a token that may not be used. */
export const burnCounter = statement(
  (_: Db, { id, counter, from }: CounterUse) =>
    sql<never>`update token set counter = ${counter} where id = ${id} and counter = ${from}`,
);

/** Deletes the challenges of a transaction, so that none of them can be answered again. */
export const deleteChallenge = statement((db: Db, { transactionId }: { readonly transactionId: string }) =>
  db.deleteFrom("challenge").where("transaction_id", "=", transactionId),
);

/** Counts a successful attempt of a token, and stores its time. */
export const countSuccess = statement(
  (_: Db, { id, lastAuth }: Counted, dialect) =>
    sql`insert into token_info (token_id, key, value)
      values (${id}, 'count_auth', '1'), (${id}, 'count_auth_success', '1'), (${id}, 'last_auth', ${lastAuth})
      ${mergedInfo(dialect)}`,
);

/** Sets a tokeninfo field. */
export const setInfo = statement(
  (_: Db, { id, key, value }: TokenId & { readonly key: string; readonly value: string }) =>
    sql`insert into token_info (token_id, key, value) values (${id}, ${key}, ${value})
      on conflict (token_id, key) do update set value = excluded.value`,
);

/** Counts a failed attempt of each token that is not locked. `ids` is a JSON array of token IDs. */
export const failTokens = statement(
  (_: Db, { ids }: { readonly ids: string }, dialect) =>
    sql`update token set fail_count = fail_count + 1 where id in ${idsIn(dialect, ids)} and fail_count < max_fail_count`,
);

/** Counts an attempt of each token. `ids` is a JSON array of token IDs. */
export const countAttempts = statement(
  (_: Db, { ids }: { readonly ids: string }, dialect) =>
    sql`insert into token_info (token_id, key, value)
      select id, 'count_auth', '1' from token where id in ${idsIn(dialect, ids)}
      ${mergedInfo(dialect)}`,
);

/**
 * On PostgreSQL, all statements for the use of a token in one round trip. Returns no row if the token may not be used,
 * or if its counter is no longer `from`, which is null for a token without a counter. `info` is a JSON object with
 * further tokeninfo fields.
 */
export const useOnPostgres = statement(
  (
    _: Db,
    {
      id,
      counter,
      from,
      now,
      lastAuth,
      info,
    }: Counted & {
      readonly counter: number | null;
      readonly from: number | null;
      readonly now: number;
      readonly info: string;
    },
  ) => {
    const last = sql`cast(${from} as bigint)`;
    return sql<TokenId>`with used as (
      update token set fail_count = 0, counter = coalesce(cast(${counter} as bigint), counter)
      where ${usable(id)} and (${last} is null or counter = ${last}) returning id
    ), touched as (
      ${touched(now, sql`(select id from used)`)}
    ), counted as (
      insert into token_info (token_id, key, value)
      select used.id, field.key, field.value from used, (
        values ('count_auth', '1'), ('count_auth_success', '1'), ('last_auth', cast(${lastAuth} as text))
        union all select key, value from json_each_text(cast(${info} as json))
      ) as field (key, value)
      ${mergedInfo("postgres")}
    )
    select id from used`;
  },
);

/**
 * Does the same as `useOnPostgres` for several tokens, with one commit, and returns those that were used. The others may
 * not be used, or another transaction is changing them or their container: the statement does not wait for those, since
 * its other tokens would wait as well, and two such statements could wait for each other.
 *
 * `uses` is a JSON array of objects with `id`, `counter`, `from`, `info`, and the number of `times` that the token is
 * used, which is 1 if it has a counter. Each object is for a different token.
 */
export const useSeveralOnPostgres = statement(
  (
    _: Db,
    { uses, now, lastAuth }: { readonly uses: string; readonly now: number; readonly lastAuth: string },
  ) => sql<TokenId>`with asked as (
      select * from json_to_recordset(cast(${uses} as json))
        as asked (id bigint, counter bigint, "from" bigint, times bigint, info json)
    ), place as (
      select token_id, container_id from container_token where token_id in (select id from asked)
    ), free as (
      select id from container where id in (select container_id from place) for no key update skip locked
    ), locked as (
      select token.id, asked.counter, asked.times, asked.info from asked join token on token.id = asked.id
      where ${isUsable} and (asked."from" is null or token.counter = asked."from")
        and not exists (
          select 1 from place where token_id = token.id and container_id not in (select id from free)
        )
      for no key update of token skip locked
    ), used as (
      update token set fail_count = 0, counter = coalesce(locked.counter, token.counter)
      from locked where token.id = locked.id returning token.id, locked.times, locked.info
    ), touched as (
      update container set last_authentication = ${now}
      where id in (select container_id from place where token_id in (select id from used))
    ), counted as (
      insert into token_info (token_id, key, value)
      select used.id, field.key, field.value from used, lateral (
        values ('count_auth', cast(used.times as text)), ('count_auth_success', cast(used.times as text)),
          ('last_auth', cast(${lastAuth} as text))
        union all select key, value from json_each_text(used.info)
      ) as field (key, value)
      ${mergedInfo("postgres")}
    )
    select id from used`,
);
