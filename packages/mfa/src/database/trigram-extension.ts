import { setTimeout } from "node:timers/promises";
import type { Logger } from "@bookend/core";
import type { Database } from "@bookend/store-sql";
import { type Kysely, sql } from "kysely";
import { searchedText } from "./search.js";
import { isIndexedInfo } from "./usage-info.js";

/** Milliseconds that a start may spend on the indexes by default. */
const defaultLimitMs = 600_000;

/** Milliseconds between two checks whether another process has built the indexes. */
const lookMs = 200;

/** The number of the lock for building the indexes, which other users of the same database are unlikely to use. */
export const lockNumber = 7_211_530_114;

const indexes = {
  token_trigram: { table: "token", columns: ["serial", "description", "owner_id"], where: sql`` },
  user_account_trigram: {
    table: "user_account",
    columns: ["username", "id", "givenname", "surname", "email", "phone", "mobile"],
    where: sql``,
  },
  token_info_trigram: { table: "token_info", columns: ["value"], where: sql` where ${isIndexedInfo}` },
} as const;

/**
 * Returns whether an index finds values that contain a string, which is always the case on SQLite. PostgreSQL needs the
 * extension `pg_trgm`, which a user may not be allowed to create: searches then read every token. Since an
 * administrator may add the extension later, each start tries again. If the indexes cannot be built, the start
 * continues, since slow searches are better than an outage, and the next start tries again.
 *
 * @param limitMs Milliseconds after which the start continues without the indexes, for example because a long
 * transaction, for which the build must wait, does not end.
 */
export async function prepareTrigrams<Schema>(
  database: Database<Schema>,
  logger: Logger,
  limitMs = defaultLimitMs,
): Promise<boolean> {
  if (database.dialect === "sqlite") return true;
  try {
    return await database.patiently(limitMs, (db) => prepareOn(db, logger, performance.now() + limitMs));
  } catch (error) {
    logger.warn({ err: error }, `${slowly}: its indexes could not be built. The next start tries again.`);
    return false;
  }
}

const slowly = "Searches for a part of a value read every token";

async function prepareOn<Schema>(db: Kysely<Schema>, logger: Logger, end: number): Promise<boolean> {
  if (await hasIndexes(db)) return true;
  const schema = await schemaOfExtension(db, logger);
  if (schema === undefined) return false;
  // the lock is tried again and again: a statement that waits for the lock would be a transaction, and `create index
  // concurrently` in the process that holds the lock waits for all transactions
  while (!(await hasIndexes(db))) {
    if (performance.now() > end) throw new Error("Another process does not finish building the indexes.");
    if (await isTrue(db, sql`pg_try_advisory_lock(${sql.lit(lockNumber)})`)) {
      try {
        await build(db, schema);
      } finally {
        await isTrue(db, sql`pg_advisory_unlock(${sql.lit(lockNumber)})`);
      }
    } else await setTimeout(lookMs);
  }
  return true;
}

async function hasIndexes<Schema>(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ name: string }>`select relname as name from pg_index
    inner join pg_class on pg_class.oid = indexrelid
    where pg_table_is_visible(pg_class.oid) and indisvalid and relname in (${sql.join(Object.keys(indexes))})`.execute(
    db,
  );
  return rows.length === Object.keys(indexes).length;
}

/** Returns the schema of the extension, which is created if that is allowed; otherwise undefined. */
async function schemaOfExtension<Schema>(db: Kysely<Schema>, logger: Logger): Promise<string | undefined> {
  if (!(await isTrue(db, sql`exists (select from pg_available_extensions where name = 'pg_trgm')`))) {
    logger.warn({}, `${slowly}: the extension pg_trgm of PostgreSQL is not installed.`);
    return undefined;
  }
  try {
    await sql`create extension if not exists pg_trgm`.execute(db);
  } catch (error) {
    logger.warn({ err: error }, `${slowly}: this user cannot create the extension pg_trgm of PostgreSQL.`);
    return undefined;
  }
  const { rows } = await sql<{ name: string }>`select nspname as name from pg_extension
    inner join pg_namespace on pg_namespace.oid = extnamespace where extname = 'pg_trgm'`.execute(db);
  return rows[0]?.name;
}

/**
 * Builds the indexes while other processes write. An index whose build was interrupted is not valid, so each index is
 * dropped first.
 */
async function build<Schema>(db: Kysely<Schema>, schema: string): Promise<void> {
  for (const [name, { table, columns, where }] of Object.entries(indexes)) {
    const expressions = columns.map(
      (column) => sql`${searchedText(sql.ref(column))} ${sql.id(schema, "gin_trgm_ops")}`,
    );
    await sql`drop index if exists ${sql.ref(name)}`.execute(db);
    await sql`create index concurrently ${sql.ref(name)} on ${sql.table(table)} using gin (${sql.join(expressions)})${where}`.execute(
      db,
    );
    // PostgreSQL has no statistics about indexed expressions before `analyze`
    await sql`analyze ${sql.table(table)}`.execute(db);
  }
}

async function isTrue<Schema>(db: Kysely<Schema>, condition: ReturnType<typeof sql>): Promise<boolean> {
  const { rows } = await sql<{ yes: boolean }>`select ${condition} as yes`.execute(db);
  return rows[0]?.yes === true;
}
