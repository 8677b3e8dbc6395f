import { transact } from "@bookend/store-sql";
import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { checkFieldCount, checkInfo } from "../values/limits.js";
import { checkInfoNumber } from "./info-numbers.js";
import { unknownToken } from "./token-query.js";
import type { TokenService } from "./types.js";

type Db = Kysely<DomainSchema>;

/** Sets tokeninfo fields of tokens in one statement. */
export async function writeInfo(db: Db, ids: readonly number[], info: Readonly<Record<string, string>>): Promise<void> {
  const values = ids.flatMap((token_id) => Object.entries(info).map(([key, value]) => ({ token_id, key, value })));
  if (values.length === 0) return;
  await db
    .insertInto("token_info")
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(["token_id", "key"]).doUpdateSet((row) => ({ value: row.ref("excluded.value") })),
    )
    .execute();
}

/**
 * Adds to a tokeninfo field of tokens in one statement, so that concurrent changes by several processes are not lost. A
 * missing or empty value counts as 0; a value that is not a whole number is kept. Returns the new values.
 */
export async function addToInfo(
  { db, dialect }: Pick<DomainContext, "db" | "dialect">,
  tokens: { readonly serial: string } | { readonly ids: readonly number[] },
  key: string,
  by: number,
): Promise<readonly string[]> {
  const of = "serial" in tokens ? sql`serial = ${tokens.serial}` : sql`id in (${sql.join(tokens.ids)})`;
  const { rows } = await sql<{ value: string }>`
    insert into token_info (token_id, key, value)
    select id, cast(${key} as text), cast(${String(by)} as text) from token where ${of}
    on conflict (token_id, key) do update set value = ${added(dialect)}
    returning value`.execute(db);
  return rows.map((row) => row.value);
}

/** Returns the new value of a field in `on conflict`: the sum of the stored value and the value to insert. */
export function added(dialect: DomainContext["dialect"]): RawBuilder<string> {
  const old = sql.ref<string>("token_info.value");
  return sql`case
      when ${old} = '' then excluded.value
      when ${isInteger(dialect, old)} then cast(cast(${old} as bigint) + cast(excluded.value as bigint) as text)
      else ${old} end`;
}

/**
 * Creates the condition that a value is a whole number of at most 15 digits, so that JavaScript can represent the sum
 * exactly.
 */
function isInteger(dialect: DomainContext["dialect"], value: RawBuilder<string>): RawBuilder<SqlBool> {
  if (dialect === "postgres") return sql`${value} ~ '^[+-]?[0-9]{1,15}$'`;
  const digits = sql`ltrim(substr(${value}, 1, 1), '+-') || substr(${value}, 2)`;
  return sql`(length(${digits}) between 1 and 15 and ${digits} not glob '*[^0-9]*')`;
}

/** Changes tokeninfo and failcounter of one token; each change is one statement. */
export function createTokenInfo(
  context: DomainContext,
): Pick<TokenService, "setInfo" | "deleteInfo" | "increaseInfo" | "changeFailCount"> {
  const { db } = context;
  const idOf = async (serial: string): Promise<number> => {
    const row = await db.selectFrom("token").select("id").where("serial", "=", serial).executeTakeFirst();
    if (row === undefined) throw unknownToken(serial);
    return row.id;
  };
  /** Refuses a field that would exceed the limit of a token. */
  const refuseMoreFields = async (id: number, key: string): Promise<void> => {
    const { count } = await db
      .selectFrom("token_info")
      .select((info) => info.fn.countAll<number>().as("count"))
      .where("token_id", "=", id)
      .where("key", "!=", key)
      .executeTakeFirstOrThrow();
    checkFieldCount("tokeninfo", Number(count) + 1);
  };
  return {
    async setInfo(serial, key, value) {
      checkInfoNumber(key, value);
      checkInfo("tokeninfo", { [key]: value });
      const id = await idOf(serial);
      await refuseMoreFields(id, key);
      await writeInfo(db, [id], { [key]: value });
    },
    async deleteInfo(serial, key) {
      const { numDeletedRows } = await db
        .deleteFrom("token_info")
        .where("token_id", "=", await idOf(serial))
        .$if(key !== undefined, (query) => query.where("key", "=", key ?? ""))
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async increaseInfo(serial, key, by) {
      checkInfo("tokeninfo", { [key]: "" });
      await refuseMoreFields(await idOf(serial), key);
      return transact(db, async (trx) => {
        const [value] = await addToInfo({ ...context, db: trx }, { serial }, key, by);
        if (value === undefined) throw unknownToken(serial);
        checkInfoNumber(key, value);
        return value;
      });
    },
    async changeFailCount(serial, by) {
      const row = await db
        .updateTable("token")
        .set((token) => ({ fail_count: token("fail_count", "+", by) }))
        .where("serial", "=", serial)
        .returning("fail_count")
        .executeTakeFirst();
      if (row === undefined) throw unknownToken(serial);
      return row.fail_count;
    },
  };
}
