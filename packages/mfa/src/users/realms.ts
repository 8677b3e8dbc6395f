import { problemMessage } from "@bookend/core";
import type { DomainContext } from "../database/domain-context.js";
import { invalidValue } from "../errors/invalid-value.js";
import { notFoundError, parameterError } from "../errors/mfa-error.js";
import { checkLength, checkWholeNumber, limits } from "../values/limits.js";
import type { Realm, RealmService, ResolverType } from "./types.js";

/** Stores realms in the database. */
export function createRealms({ db, configuration }: DomainContext): RealmService {
  const read = configuration.kept(async (): Promise<ReadonlyMap<string, Realm>> => {
    const rows = await db
      .selectFrom("realm")
      .leftJoin("realm_resolver", "realm_resolver.realm", "realm.name")
      .leftJoin("resolver", "resolver.name", "realm_resolver.resolver")
      .select(["realm.name", "is_default", "resolver", "priority", "type"])
      .orderBy("realm.name")
      .execute();
    const realms = new Map<
      string,
      Realm & { resolvers: { name: string; type: ResolverType; priority: number | null }[] }
    >();
    for (const { name, is_default, resolver, priority, type } of rows) {
      const realm = realms.get(name) ?? { name, isDefault: is_default === 1, resolvers: [] };
      realms.set(name, realm);
      if (resolver !== null) realm.resolvers.push({ name: resolver, type: type as ResolverType, priority });
    }
    for (const { resolvers } of realms.values()) resolvers.sort(byPriority);
    return realms;
  });

  const service: RealmService = {
    async list() {
      return [...(await read()).values()];
    },
    async find(name) {
      return (await read()).get(name) ?? null;
    },
    async save(name, resolvers) {
      const realm = checkLength("the name of a realm", realmName(name));
      if (resolvers.length > limits.resolversOfRealm) {
        throw parameterError(
          problemMessage(`has ${resolvers.length} entries`, `up to ${limits.resolversOfRealm}`, "resolvers"),
        );
      }
      for (const { name: resolver, priority } of resolvers) {
        if (typeof priority === "number") checkWholeNumber(`priority.${resolver}`, priority, 0, limits.priority);
      }
      const wanted = new Map(resolvers.map((resolver) => [resolver.name, resolver.priority ?? null]));
      return configuration.change(async (trx) => {
        const known = new Set((await trx.selectFrom("resolver").select("name").execute()).map((row) => row.name));
        const added = [...wanted.keys()].filter((each) => known.has(each));
        const failed = [...wanted.keys()].filter((each) => !known.has(each));
        if (added.length === 0)
          throw parameterError(`The realm ${JSON.stringify(realm)} needs a resolver that exists.`);
        const other = await trx.selectFrom("realm").select("name").limit(1).executeTakeFirst();
        await trx
          .insertInto("realm")
          .values({ name: realm, is_default: other === undefined ? 1 : 0 })
          .onConflict((conflict) => conflict.column("name").doNothing())
          .execute();
        await trx.deleteFrom("realm_resolver").where("realm", "=", realm).execute();
        await trx
          .insertInto("realm_resolver")
          .values(added.map((resolver) => ({ realm, resolver, priority: wanted.get(resolver) ?? null })))
          .execute();
        return { added, failed };
      });
    },
    async delete(name) {
      await configuration.change(async (trx) => {
        const { numDeletedRows } = await trx.deleteFrom("realm").where("name", "=", name).executeTakeFirst();
        if (numDeletedRows === 0n) throw unknownRealm(name);
        await trx.deleteFrom("user_attribute").where("realm", "=", name).execute();
      });
    },
    async default() {
      for (const { name, isDefault } of (await read()).values()) if (isDefault) return name;
      return undefined;
    },
    async setDefault(name) {
      await configuration.change(async (trx) => {
        await trx.updateTable("realm").set({ is_default: 0 }).execute();
        const { numUpdatedRows } = await trx
          .updateTable("realm")
          .set({ is_default: 1 })
          .where("name", "=", name)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) throw unknownRealm(name);
      });
    },
    async clearDefault() {
      await configuration.change((trx) => trx.updateTable("realm").set({ is_default: 0 }).execute());
    },
  };
  return service;
}

interface Prioritized {
  readonly name: string;
  readonly priority: number | null;
}

function byPriority(a: Prioritized, b: Prioritized): number {
  const difference = (a.priority ?? Number.MAX_SAFE_INTEGER) - (b.priority ?? Number.MAX_SAFE_INTEGER);
  return difference || (a.name < b.name ? -1 : 1);
}

const unknownRealm = (name: string) => notFoundError(`There is no realm ${JSON.stringify(name)}.`);

function realmName(name: string): string {
  const realm = name.trim().toLowerCase();
  if (!/^[\w.-]+$/.test(realm)) {
    throw invalidValue("the name of a realm", name, 'letters, digits, "_", "-" and "."');
  }
  return realm;
}
