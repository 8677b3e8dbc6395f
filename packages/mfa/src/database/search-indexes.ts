import type { DialectName, Migration } from "@bookend/store-sql";
import { type RawBuilder, sql } from "kysely";

/**
 * Returns a function that creates the expression for a column in an index. PostgreSQL orders the index by bytes, so
 * that it finds prefixes whatever the locale of the database.
 */
function searchedIn(dialect: DialectName) {
  const inBytes = sql.raw(dialect === "postgres" ? " text_pattern_ops" : "");
  return (column: string) => sql`lower(substr(${sql.ref(column)}, 1, 101))${inBytes}`;
}

/**
 * Indexes for the filters and orders of token lists. Indexes of strings contain the values that `Search.fits` compares:
 * the first 101 characters in lower case. With the serial as the second column, the rows with the same value are
 * already sorted.
 */
export const searchIndexes: Migration = {
  async up(db, { dialect }) {
    const searched = searchedIn(dialect);
    const create = async (table: string, name: string, columns: readonly RawBuilder<unknown>[]) => {
      await sql`create index ${sql.ref(`${table}_${name}`)} on ${sql.table(table)} (${sql.join(columns)})`.execute(db);
    };
    const serial = sql.ref("serial");
    await create("token", "by_serial", [searched("serial")]);
    for (const column of ["type", "description", "rollout_state"]) {
      await create("token", `by_${column}`, [searched(column), serial]);
    }
    for (const column of ["owner_id", "active"]) await create("token", `by_${column}`, [sql.ref(column), serial]);
    for (const column of ["owner_login", "owner_realm"]) {
      await create("token", `in_order_of_${column}`, [sql`coalesce(${sql.ref(column)}, '')`, serial]);
    }
    await create("token_info", "by_key", [sql.ref("key"), searched("value")]);
    await create("token_info", "by_value", [searched("value")]);
    await create("token_realm", "by_realm", [searched("realm"), sql.ref("token_id")]);
    await create("token_group_member", "group", [sql.ref("group_id")]);
    await create("container", "by_serial", [searched("serial")]);
  },
};

/** Indexes for the names and the IDs of the users that are stored in Bookend's database. */
export const userIndexes: Migration = {
  async up(db, { dialect }) {
    const searched = searchedIn(dialect);
    for (const column of ["username", "id"]) {
      await sql`create index ${sql.ref(`user_account_by_${column}`)} on user_account (${searched(column)})`.execute(db);
    }
  },
};

/**
 * Indexes for two orders of token lists: by failed attempts, and by serial in a list of serials with the same prefix.
 */
export const tokenOrderIndexes: Migration = {
  async up(db, { dialect }) {
    const searched = searchedIn(dialect);
    await sql`create index token_by_fail_count on token (fail_count, serial)`.execute(db);
    await sql`drop index token_by_serial`.execute(db);
    await sql`create index token_by_serial on token (${searched("serial")}, serial)`.execute(db);
  },
};

/** The index of owners' IDs with the values that `Search.fits` compares, so that it also finds prefixes. */
export const tokenOwnerIndex: Migration = {
  async up(db, { dialect }) {
    const searched = searchedIn(dialect);
    await sql`drop index token_by_owner_id`.execute(db);
    await sql`create index token_by_owner_id on token (${searched("owner_id")}, serial)`.execute(db);
  },
};

/** An index for each attribute by which users can be searched, and for the custom attributes that override it. */
export const userAttributeIndexes: Migration = {
  async up(db, { dialect }) {
    const searched = searchedIn(dialect);
    for (const column of ["givenname", "surname", "email", "phone", "mobile"]) {
      await sql`create index ${sql.ref(`user_account_by_${column}`)} on user_account (${searched(column)})`.execute(db);
    }
    await sql`create index user_attribute_by_key on user_attribute (resolver, key, user_id)`.execute(db);
  },
};

/**
 * An index of the tokens whose owner has no realm. Its condition does not compare the column itself: SQLite would prepare
 * each statement that does so again for each value, since the value could make the index usable.
 */
export const realmlessIndex: Migration = {
  async up(db) {
    await sql`create index token_without_realm on token (id) where length(owner_realm) = 0`.execute(db);
  },
};
