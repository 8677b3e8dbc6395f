import type { Kysely } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { userError } from "../errors/mfa-error.js";
import type { RealmService, UserRecord, UserService } from "../users/types.js";
import { containerRow } from "./container-row.js";
import type { ContainerService } from "./types.js";

/** Says whose a container is, and in which realms. */
export function createContainerOwners(
  { db }: DomainContext,
  { users, realms }: { readonly users: UserService; readonly realms: RealmService },
): Pick<ContainerService, "assign" | "unassign" | "setRealms"> {
  return {
    async assign(serial, userRef) {
      const { id } = await containerRow(db, serial);
      const user = await users.require(userRef);
      return db.transaction().execute((trx) => addOwner(trx, id, user));
    },
    async unassign(serial, userRef) {
      const { id } = await containerRow(db, serial);
      const user = userRef === undefined ? undefined : await users.require(userRef);
      const { numDeletedRows } = await db
        .deleteFrom("container_owner")
        .where("container_id", "=", id)
        .$if(user !== undefined, (query) =>
          query
            .where("user_id", "=", user?.id ?? "")
            .where("resolver", "=", user?.resolver ?? "")
            .where("realm", "=", user?.realm ?? ""),
        )
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async setRealms(serial, names) {
      const { id } = await containerRow(db, serial);
      const wanted = await knownRealms(realms, names);
      return db.transaction().execute(async (trx) => {
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

/** Realm names in lower case, each once. Errors: 904. */
export async function knownRealms(realms: RealmService, names: readonly string[]): Promise<readonly string[]> {
  const wanted = new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ""));
  const known = new Set((await realms.list()).map((realm) => realm.name));
  for (const name of wanted) {
    if (!known.has(name)) throw userError(`There is no realm ${JSON.stringify(name)}.`);
  }
  return [...wanted];
}

/** Makes a user an owner and puts the container into his realm; false if he was one. */
export async function addOwner(db: Kysely<DomainSchema>, container_id: number, user: UserRecord): Promise<boolean> {
  const { id: user_id, login, resolver, realm } = user;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("container_owner")
    .values({ container_id, user_id, login, resolver, realm })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  await addRealms(db, container_id, realm === "" ? [] : [realm]);
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Puts a container into more realms. */
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
