import { transact } from "@bookend/store-sql";
import type { Kysely } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { userError } from "../errors/mfa-error.js";
import type { RealmService, UserRecord, UserService } from "../users/types.js";
import { containerRow, lockedContainer } from "./container-row.js";
import type { ContainerService } from "./types.js";

/** Manages the owners and the realms of containers. */
export function createContainerOwners(
  { db }: DomainContext,
  { users, realms }: { readonly users: UserService; readonly realms: RealmService },
): Pick<ContainerService, "assign" | "claim" | "unassign" | "setRealms"> {
  return {
    async assign(serial, userRef) {
      const user = await users.require(userRef);
      return transact(db, async (trx) => addOwner(trx, (await lockedContainer(trx, serial)).id, user));
    },
    async claim(serial, userRef) {
      const user = await users.require(userRef);
      return transact(db, async (trx) => {
        const { id } = await lockedContainer(trx, serial);
        const owner = await trx
          .selectFrom("container_owner")
          .select("login")
          .where("container_id", "=", id)
          .limit(1)
          .execute();
        const others = await trx
          .selectFrom("container_token")
          .innerJoin("token", "token.id", "container_token.token_id")
          .select("token.id")
          .where("container_token.container_id", "=", id)
          .where("token.owner_id", "is not", null)
          .where((where) =>
            where.or([where("token.owner_id", "!=", user.uid), where("token.owner_resolver", "!=", user.resolver)]),
          )
          .limit(1)
          .execute();
        if (owner.length > 0 || others.length > 0) return false;
        return addOwner(trx, id, user);
      });
    },
    async unassign(serial, userRef) {
      const user = userRef === undefined ? undefined : await users.require(userRef);
      const { numDeletedRows } = await db
        .deleteFrom("container_owner")
        .where("container_id", "=", (await containerRow(db, serial)).id)
        .$if(user !== undefined, (query) =>
          query.where("user_id", "=", user?.uid ?? "").where("resolver", "=", user?.resolver ?? ""),
        )
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async setRealms(serial, names) {
      const wanted = await knownRealms(realms, names);
      return transact(db, async (trx) => {
        const { id } = await lockedContainer(trx, serial);
        const owned = await trx
          .selectFrom("container_owner")
          .innerJoin("realm", "realm.name", "container_owner.realm")
          .select("container_owner.realm")
          .where("container_id", "=", id)
          .execute();
        const all = [...new Set([...wanted, ...owned.map(({ realm }) => realm)])].sort();
        await trx.deleteFrom("container_realm").where("container_id", "=", id).execute();
        await addRealms(trx, id, all);
        return all;
      });
    },
  };
}

/**
 * Returns realm names in lower case, without duplicates.
 *
 * @throws {MfaError} USER_INVALID if a realm does not exist
 */
export async function knownRealms(realms: RealmService, names: readonly string[]): Promise<readonly string[]> {
  const wanted = new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ""));
  const known = new Set((await realms.list()).map((realm) => realm.name));
  for (const name of wanted) {
    if (!known.has(name)) throw userError(`There is no realm ${JSON.stringify(name)}.`);
  }
  return [...wanted];
}

/** Makes a user an owner and adds the container to their realm. Returns false if the user was already an owner. */
export async function addOwner(db: Kysely<DomainSchema>, container_id: number, user: UserRecord): Promise<boolean> {
  const { uid: user_id, login, resolver, realm } = user;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("container_owner")
    .values({ container_id, user_id, login, resolver, realm })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  await addRealms(db, container_id, realm === "" ? [] : [realm]);
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Adds a container to realms. */
export async function addRealms(
  db: Kysely<DomainSchema>,
  container_id: number,
  realms: readonly string[],
): Promise<void> {
  if (realms.length === 0) return;
  await db
    .insertInto("container_realm")
    .values(realms.map((realm) => ({ container_id, realm })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
