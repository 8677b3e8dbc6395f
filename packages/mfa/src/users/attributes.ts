import type { MaybePromise } from "@bookend/core";
import { jsonParameter, readRows, statement } from "@bookend/store-sql";
import { type Kysely, type SqlBool, sql } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { checkLength } from "../values/limits.js";

/** The user who has the attributes. */
export interface AttributeOwner {
  readonly resolver: string;
  readonly uid: string;
  readonly realm: string;
}

/** Custom attributes of users, by the IDs of these. */
export type AttributesById = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Custom attributes of users. */
export interface CustomAttributes {
  of(owner: AttributeOwner): Promise<Readonly<Record<string, string>>>;
  /**
   * Returns a function that returns the attributes of several users of one resolver by ID, at most 500 at a time. Users
   * without attributes are left out. If the users of the resolver have few attributes, they are read only once.
   */
  inPlace(place: Omit<AttributeOwner, "uid">): Promise<(uids: readonly string[]) => MaybePromise<AttributesById>>;
  set(owner: AttributeOwner, key: string, value: string): Promise<void>;
  /** Deletes one attribute or, without a key, all of them. Returns their number. */
  delete(owner: AttributeOwner, key?: string): Promise<number>;
}

/** If the users of a resolver have at most this many custom attributes, lists read all of them in one query. */
const fewAttributes = 500;

type AttributeRow = Pick<DomainSchema["user_attribute"], "user_id" | "key" | "value">;

const attributesOf = statement((db: Kysely<DomainSchema>, { resolver, uid, realm }: AttributeOwner) =>
  db
    .selectFrom("user_attribute")
    .select(["key", "value"])
    .where("resolver", "=", resolver)
    .where("user_id", "=", uid)
    .where("realm", "=", realm)
    .orderBy("key"),
);

/** Stores custom attributes in the database. */
export function createCustomAttributes({ db, dialect, reader }: DomainContext): CustomAttributes {
  return {
    async of({ resolver, uid, realm }) {
      const rows = await readRows({ db, dialect }, attributesOf, { resolver, uid, realm });
      return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
    },
    async inPlace({ resolver, realm }) {
      const few = await reader
        .selectFrom("user_attribute")
        .select(["user_id", "realm", "key", "value"])
        .where("resolver", "=", resolver)
        .orderBy("user_id")
        .orderBy("realm")
        .orderBy("key")
        .limit(fewAttributes + 1)
        .execute();
      if (few.length <= fewAttributes) {
        const byUser = byId(few.filter((row) => row.realm === realm));
        return () => byUser;
      }
      return async (uids) => {
        // one parameter, since a statement with 500 of them takes longer to prepare than to run
        const among =
          dialect === "sqlite"
            ? sql<SqlBool>`user_id in (select value from json_each(${jsonParameter(uids)}))`
            : sql<SqlBool>`user_id = any(${uids})`;
        const rows = await reader
          .selectFrom("user_attribute")
          .select(["user_id", "key", "value"])
          .where("resolver", "=", resolver)
          .where("realm", "=", realm)
          .where(among)
          .orderBy("key")
          .execute();
        return byId(rows);
      };
    },
    async set({ resolver, uid, realm }, key, value) {
      checkLength("the key of an attribute", key);
      checkLength(key, value);
      await db
        .insertInto("user_attribute")
        .values({ resolver, user_id: uid, realm, key, value })
        .onConflict((conflict) => conflict.columns(["resolver", "user_id", "realm", "key"]).doUpdateSet({ value }))
        .execute();
    },
    async delete({ resolver, uid, realm }, key) {
      const { numDeletedRows } = await db
        .deleteFrom("user_attribute")
        .where("resolver", "=", resolver)
        .where("user_id", "=", uid)
        .where("realm", "=", realm)
        .$if(key !== undefined, (query) => query.where("key", "=", key ?? ""))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

function byId(rows: readonly AttributeRow[]): AttributesById {
  const byUser = new Map<string, [string, string][]>();
  for (const { user_id, key, value } of rows) {
    const entries = byUser.get(user_id) ?? [];
    byUser.set(user_id, entries);
    entries.push([key, value]);
  }
  return new Map([...byUser].map(([uid, entries]) => [uid, Object.fromEntries(entries)]));
}
