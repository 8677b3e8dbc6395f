import { randomUUID } from "node:crypto";
import { problemMessage } from "@bookend/core";
import { readRows, statement, transact } from "@bookend/store-sql";
import type { Kysely } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { searchIn } from "../database/search.js";
import { parameterError, userError } from "../errors/mfa-error.js";
import { checkLengths } from "../values/limits.js";
import { takeTurn } from "../values/turns.js";
import type { UserChanges } from "./types.js";
import type { SourceUser, UserSource } from "./user-source.js";

const columns = ["id", "username", "givenname", "surname", "email", "phone", "mobile", "password_hash"] as const;

/** Users that are read at once: a query of SQLite blocks the event loop. */
const pageSize = 500;

type Row = Pick<DomainSchema["user_account"], (typeof columns)[number]>;

const byLogin = statement(
  (db: Kysely<DomainSchema>, { resolver, login }: { readonly resolver: string; readonly login: string }) =>
    db.selectFrom("user_account").select(columns).where("resolver", "=", resolver).where("username", "=", login),
);

const byId = statement(
  (db: Kysely<DomainSchema>, { resolver, id }: { readonly resolver: string; readonly id: string }) =>
    db.selectFrom("user_account").select(columns).where("resolver", "=", resolver).where("id", "=", id),
);

/** Users of an `sqlresolver`: rows of our own database. */
export function sqlSource(
  { db, reader, dialect, passwords }: DomainContext,
  resolver: string,
): UserSource & EditableSource {
  const { fits } = searchIn(dialect);
  const search = async (patterns: Readonly<Record<string, string>>): Promise<readonly SourceUser[]> => {
    // custom attributes stand in for all others, and are compared by the caller
    const sought = (["username", "userid"] as const).flatMap((name) => {
      const pattern = patterns[name];
      return pattern !== undefined && isAscii(pattern) ? [{ column: idColumns[name], pattern }] : [];
    });
    const users: SourceUser[] = [];
    for (let last: string | undefined; ; last = users.at(-1)?.login) {
      let query = reader.selectFrom("user_account").select(columns).where("resolver", "=", resolver);
      for (const { column, pattern } of sought) query = query.where(fits(column, pattern));
      const rows = await query
        .$if(last !== undefined, (behind) => behind.where("username", ">", last ?? ""))
        .orderBy("username")
        .limit(pageSize)
        .execute();
      for (const row of rows) users.push(toSourceUser(row));
      if (rows.length < pageSize) return users;
      await takeTurn();
    }
  };
  return {
    editable: true,
    async byLogin(login) {
      const [row] = await readRows({ db, dialect }, byLogin, { resolver, login });
      return sourceUser(row);
    },
    async byId(id) {
      const [row] = await readRows({ db, dialect }, byId, { resolver, id });
      return sourceUser(row);
    },
    all: () => search({}),
    search,
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

const idColumns = { username: "user_account.username", userid: "user_account.id" } as const;

/** SQLite lower-cases no other letters. */
const isAscii = (text: string) => /^[ -~]*$/.test(text);

/** A source whose users can be changed. */
export interface EditableSource {
  /**
   * Returns the new user's id.
   *
   * @throws {MfaError} USER_INVALID, PARAMETER_INVALID
   */
  add(user: UserChanges & { readonly username: string }): Promise<string>;
  /** @throws {MfaError} USER_INVALID, PARAMETER_INVALID */
  update(id: string, changes: UserChanges): Promise<void>;
  delete(id: string): Promise<void>;
}

function sourceUser(row: Row | undefined): SourceUser | null {
  return row === undefined ? null : toSourceUser(row);
}

const toSourceUser = ({ id, password_hash, ...attributes }: Row): SourceUser => ({
  id,
  login: attributes.username,
  attributes,
  credential: password_hash ?? "",
});

/** Only what was given: an absent attribute stays as it is. */
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
