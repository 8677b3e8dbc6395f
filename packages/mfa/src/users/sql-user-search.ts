import { type Expression, type SqlBool, sql } from "kysely";
import { countRows } from "../database/count-rows.js";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { isIndexed, searchIn } from "../database/search.js";
import { takeListTurn } from "../values/turns.js";

/** A stored user. */
export type UserRow = Pick<DomainSchema["user_account"], (typeof userColumns)[number]>;

/** The columns that are read of each user. */
export const userColumns = [
  "id",
  "username",
  "givenname",
  "surname",
  "email",
  "phone",
  "mobile",
  "password_hash",
] as const;

/** The values of {@link userColumns}, in the same order. */
type Cells = readonly [string, string, string, string, string, string, string, string | null];

/** Number of users that the first statement reads, which is enough for most lists. */
const firstUsers = 500;

/**
 * Number of users that each further statement reads. Each statement wakes the thread that reads, and delays the event
 * loop, and each sorts the users again if there are few.
 */
const furtherUsers = 5_000;

/** Number of users that are passed on at a time. */
const batchSize = 500;

/** Number of users that are parsed at a time, which takes less than 0.2 ms. */
const usersPerTurn = 50;

/**
 * Returns the rows of a statement as one string, with a line of JSON for each user, which SQLite creates on the thread
 * that reads. The event loop would take seven times as long to receive as many rows, and could not do so bit by bit.
 */
function rowsAsLines(dialect: DomainContext["dialect"]) {
  const cells = sql.join(userColumns.map((column) => sql.ref(column)));
  return dialect === "sqlite"
    ? sql<string | null>`group_concat(json_array(${cells}), char(10))`
    : sql<string | null>`string_agg(cast(json_build_array(${cells}) as text), chr(10))`;
}

/** Returns users from the lines of a statement's result. */
async function parse(lines: readonly string[]): Promise<readonly UserRow[]> {
  const rows: UserRow[] = [];
  for (let start = 0; start < lines.length; start += usersPerTurn) {
    await takeListTurn();
    const json = `[${lines.slice(start, start + usersPerTurn).join(",")}]`;
    rows.push(...(JSON.parse(json) as readonly Cells[]).map(rowOf));
  }
  return rows;
}

function rowOf([id, username, givenname, surname, email, phone, mobile, password_hash]: Cells): UserRow {
  return { id, username, givenname, surname, email, phone, mobile, password_hash };
}

/**
 * If a condition finds at most this many users, they are sorted. Otherwise, users are read in the order of their names.
 */
const fewUsers = 5_000;

/**
 * If at most this many users have a custom attribute that overrides a searched one, a query lists their IDs. Otherwise,
 * the caller alone compares this attribute.
 */
const fewOverridden = 500;

/** Columns by the attributes that they contain. Each has an index. */
const searchedColumns = {
  username: "user_account.username",
  userid: "user_account.id",
  givenname: "user_account.givenname",
  surname: "user_account.surname",
  email: "user_account.email",
  phone: "user_account.phone",
  mobile: "user_account.mobile",
} as const;

type SearchedName = keyof typeof searchedColumns;

/** Attributes that a custom attribute cannot replace. */
const identifying: readonly SearchedName[] = ["username", "userid"];

interface Condition {
  readonly indexed: boolean;
  where(byIndex: boolean): Expression<SqlBool>;
}

/** Returns whether SQLite converts all letters of a string to lower case, which it does only for ASCII letters. */
const isAscii = (text: string) => /^[ -~]*$/.test(text);

/**
 * Returns a function that reads, a few at a time and in the order of their names, the users of a resolver in Bookend's
 * database who can match patterns. Patterns that the database cannot compare are left to the caller.
 */
export function sqlUserSearch(
  { reader, dialect, trigrams }: Pick<DomainContext, "reader" | "dialect" | "trigrams">,
  resolver: string,
) {
  /**
   * Returns the IDs of the users whose attribute is overridden by a custom one, which the caller compares; undefined
   * for more than 500 users.
   */
  const overridden = async (name: SearchedName): Promise<readonly string[] | undefined> => {
    if (identifying.includes(name)) return [];
    const rows = await reader
      .selectFrom("user_attribute")
      .select("user_id")
      .where("resolver", "=", resolver)
      .where("key", "=", name)
      .limit(fewOverridden + 1)
      .execute();
    return rows.length > fewOverridden ? undefined : rows.map(({ user_id }) => user_id);
  };

  const conditionsOf = async (patterns: Readonly<Record<string, string>>): Promise<readonly Condition[]> => {
    const conditions: Condition[] = [];
    for (const name of Object.keys(searchedColumns) as SearchedName[]) {
      const pattern = patterns[name];
      if (pattern === undefined || !isAscii(pattern)) continue;
      const others = await overridden(name);
      if (others === undefined) continue;
      conditions.push({
        indexed: isIndexed(pattern),
        where(byIndex) {
          const { fits, column } = searchIn(dialect, { byIndex, byTrigrams: trigrams });
          const own = fits(searchedColumns[name], pattern);
          if (others.length === 0) return own;
          return sql<SqlBool>`(${own} or ${column("user_account.id")} in (${sql.join(others)}))`;
        },
      });
    }
    return conditions;
  };

  /**
   * Finds a condition that only a few users fulfill. SQLite itself does not know how many users fulfill a condition.
   */
  const leadOf = async (conditions: readonly Condition[]): Promise<Condition | undefined> => {
    if (dialect === "postgres") return undefined;
    for (const condition of conditions) {
      if (!condition.indexed) continue;
      const found = reader.selectFrom("user_account").select(sql<number>`1`.as("one")).where(condition.where(true));
      if ((await countRows(reader, found, fewUsers + 1)) <= fewUsers) return condition;
    }
    return undefined;
  };

  return async function* (
    patterns: Readonly<Record<string, string>>,
    behind?: string,
  ): AsyncGenerator<readonly UserRow[], void, undefined> {
    const conditions = await conditionsOf(patterns);
    const lead = await leadOf(conditions);
    // a unary plus keeps SQLite from reading all users of the resolver in their order
    const hidden = sql.raw(lead === undefined ? "" : "+");
    const [inResolver, username] = [sql`${hidden}resolver`, sql<string>`${hidden}username`];
    for (let last = behind, size = firstUsers; ; size = furtherUsers) {
      let query = reader
        .selectFrom("user_account")
        .select(userColumns)
        .where(sql<SqlBool>`${inResolver} = ${resolver}`);
      for (const condition of conditions) {
        query = query.where(condition.where(dialect === "postgres" || condition === lead));
      }
      const page = query
        .$if(last !== undefined, (further) => further.where(sql<SqlBool>`${username} > ${last}`))
        .orderBy(username)
        .limit(size);
      const { text } = await reader
        .selectFrom(page.as("page"))
        .select(rowsAsLines(dialect).as("text"))
        .executeTakeFirstOrThrow();
      // JSON escapes line breaks in strings
      const lines = text === null ? [] : text.split("\n");
      for (let start = 0; start < lines.length; start += batchSize) {
        const rows = await parse(lines.slice(start, start + batchSize));
        last = rows.at(-1)?.username;
        yield rows;
      }
      if (lines.length < size) return;
    }
  };
}
