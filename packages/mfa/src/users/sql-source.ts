import { randomUUID } from "node:crypto";
import { problemMessage } from "@bookend/core";
import { readRows, statement, transact } from "@bookend/store-sql";
import type { Kysely } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { parameterError, userError } from "../errors/mfa-error.js";
import { checkLengths } from "../values/limits.js";
import { sqlUserSearch, type UserRow, userColumns } from "./sql-user-search.js";
import type { UserChanges } from "./types.js";
import type { SourceUser, UserSource } from "./user-source.js";

const columns = userColumns;

type Row = UserRow;

/** A user and one custom attribute, if there is any: each attribute is a row. */
interface JoinedRow extends Row {
  readonly key: string | null;
  readonly value: string | null;
}

interface Place {
  readonly resolver: string;
  readonly realm: string;
}

/**
 * Returns the query for the users of a resolver with their custom attributes in a realm: every call needs both, and one
 * statement is faster than two.
 */
const joined = (db: Kysely<DomainSchema>, { resolver, realm }: Place) =>
  db
    .selectFrom("user_account")
    .leftJoin("user_attribute", (join) =>
      join
        .on("user_attribute.resolver", "=", resolver)
        .onRef("user_attribute.user_id", "=", "user_account.id")
        .on("user_attribute.realm", "=", realm),
    )
    .select(columns.map((column) => `user_account.${column}` as const))
    .select(["user_attribute.key", "user_attribute.value"])
    .where("user_account.resolver", "=", resolver)
    .orderBy("user_attribute.key");

const byLogin = statement((db: Kysely<DomainSchema>, { resolver, realm, login }: Place & { readonly login: string }) =>
  joined(db, { resolver, realm }).where("username", "=", login),
);

const byId = statement((db: Kysely<DomainSchema>, { resolver, realm, id }: Place & { readonly id: string }) =>
  joined(db, { resolver, realm }).where("id", "=", id),
);

/** Provides the users of an `sqlresolver`, which are stored in Bookend's database. */
export function sqlSource(
  { db, reader, dialect, passwords, trigrams }: DomainContext,
  resolver: string,
): UserSource & EditableSource {
  const search = sqlUserSearch({ reader, dialect, trigrams }, resolver);
  const pages = async function* (patterns: Readonly<Record<string, string>>, behind?: string) {
    for await (const rows of search(patterns, behind)) yield rows.map(toSourceUser);
  };
  return {
    editable: true,
    async byLogin(login, realm) {
      return sourceUser(await readRows({ db, dialect }, byLogin, { resolver, realm, login }));
    },
    async byId(id, realm) {
      return sourceUser(await readRows({ db, dialect }, byId, { resolver, realm, id }));
    },
    async all() {
      const users: SourceUser[] = [];
      for await (const some of pages({})) users.push(...some);
      return users;
    },
    pages,
    async checkPassword(login, password) {
      const row = await db
        .selectFrom("user_account")
        .select("password_hash")
        .where("resolver", "=", resolver)
        .where("username", "=", login)
        .executeTakeFirst();
      return passwords.verify(row?.password_hash, password);
    },
    async add({ password, ...user }) {
      checkLengths({ ...user, password });
      const id = randomUUID();
      const empty = { givenname: "", surname: "", email: "", phone: "", mobile: "" };
      const values = { ...empty, ...given(user), username: loginName(user.username), id, resolver };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("user_account")
        .values({ ...values, password_hash: password ? await passwords.hash(password) : null })
        .onConflict((conflict) => conflict.columns(["resolver", "username"]).doNothing())
        .executeTakeFirst();
      if (!numInsertedOrUpdatedRows) throw alreadyThere(resolver, user.username);
      return id;
    },
    async update(id, { password, ...changes }) {
      checkLengths({ ...changes, password });
      const values = { ...given(changes), ...(password ? { password_hash: await passwords.hash(password) } : {}) };
      if (values.username !== undefined) loginName(values.username);
      if (Object.keys(values).length === 0) return;
      await transact(db, async (trx) => {
        if (values.username !== undefined) {
          const other = await trx
            .selectFrom("user_account")
            .select("id")
            .where("resolver", "=", resolver)
            .where("username", "=", values.username)
            .where("id", "!=", id)
            .executeTakeFirst();
          if (other !== undefined) throw alreadyThere(resolver, values.username);
          await trx
            .updateTable("token")
            .set({ owner_login: values.username })
            .where("owner_resolver", "=", resolver)
            .where("owner_id", "=", id)
            .execute();
          await trx
            .updateTable("container_owner")
            .set({ login: values.username })
            .where("resolver", "=", resolver)
            .where("user_id", "=", id)
            .execute();
        }
        await trx.updateTable("user_account").set(values).where("id", "=", id).execute();
      });
    },
    async delete(id) {
      await transact(db, async (trx) => {
        await trx.deleteFrom("user_account").where("id", "=", id).execute();
        await trx.deleteFrom("user_attribute").where("resolver", "=", resolver).where("user_id", "=", id).execute();
      });
    },
  };
}

/** A source whose users can be changed. */
export interface EditableSource {
  /**
   * Adds a user. Returns their ID.
   *
   * @throws {MfaError} USER_INVALID, PARAMETER_INVALID
   */
  add(user: UserChanges & { readonly username: string }): Promise<string>;
  /** @throws {MfaError} USER_INVALID, PARAMETER_INVALID */
  update(id: string, changes: UserChanges): Promise<void>;
  delete(id: string): Promise<void>;
}

function sourceUser(rows: readonly JoinedRow[]): SourceUser | null {
  const [first] = rows;
  if (first === undefined) return null;
  const { key: _, value: __, ...user } = first;
  const custom = rows.flatMap(({ key, value }) => (key === null ? [] : [[key, value ?? ""] as const]));
  return { ...toSourceUser(user), custom: Object.fromEntries(custom) };
}

function toSourceUser({ id, password_hash, username, givenname, surname, email, phone, mobile }: Row): SourceUser {
  return {
    id,
    login: username,
    attributes: { username, userid: id, givenname, surname, email, phone, mobile },
    credential: password_hash ?? "",
  };
}

/**
 * Returns the columns of the attributes that are given. Attributes that are undefined are left out, so that they do not
 * change.
 */
function given(user: Omit<UserChanges, "password">): Partial<Omit<Row, "id" | "password_hash">> {
  const { username, givenname, surname, email, phone, mobile } = user;
  const all = { username, givenname, surname, email, phone, mobile };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function loginName(username: string): string {
  if (username.trim() === "" || /\p{Cc}/u.test(username)) {
    throw parameterError(
      problemMessage(
        `${JSON.stringify(username.slice(0, 100))} is not valid`,
        "a name that is not empty, without control characters",
        "username",
      ),
    );
  }
  return username;
}

const alreadyThere = (resolver: string, username: string) =>
  userError(`The user ${JSON.stringify(username)} already exists in resolver ${JSON.stringify(resolver)}.`);
