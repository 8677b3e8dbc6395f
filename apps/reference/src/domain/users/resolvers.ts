import type { DomainContext } from "../database/domain-context.js";
import { configurationError, notFoundError, parameterError } from "../domain-error.js";
import { passwdSource } from "./passwd-source.js";
import { type EditableSource, sqlSource } from "./sql-source.js";
import type { Resolver, ResolverService, ResolverType } from "./types.js";
import type { UserSource } from "./user-source.js";

/** Resolvers, and for the services beside it the users they lead to. */
export interface Resolvers extends ResolverService {
  /** Null if there is no such resolver. */
  source(name: string): Promise<UserSource | null>;
  /** Errors: 601, 302 (not editable). */
  editable(name: string): Promise<UserSource & EditableSource>;
}

const types: readonly ResolverType[] = ["sqlresolver", "passwdresolver"];

/** Resolvers in the database. */
export function createResolvers(context: DomainContext): Resolvers {
  const { db, passwords } = context;
  const files = new Map<string, UserSource>();
  const passwdFile = (fileName: string): UserSource => {
    const source = files.get(fileName) ?? passwdSource(fileName, passwords);
    files.set(fileName, source);
    return source;
  };
  const sourceOf = ({ name, type, settings }: Resolver): UserSource =>
    type === "sqlresolver" ? sqlSource(context, name) : passwdFile(settings.fileName ?? "");

  const service: Resolvers = {
    async list() {
      const rows = await db.selectFrom("resolver").selectAll().orderBy("name").execute();
      return rows.map(toResolver);
    },
    async find(name) {
      const row = await db.selectFrom("resolver").selectAll().where("name", "=", name).executeTakeFirst();
      return row === undefined ? null : toResolver(row);
    },
    async save(name, type, settings) {
      if (!/^[\w.-]+$/.test(name)) {
        throw parameterError(
          `The name of a resolver, ${JSON.stringify(name)}, may have letters, digits, "_", "-" and ".".`,
        );
      }
      const resolver = resolverOf(name, type, settings);
      const existing = await service.find(name);
      if (existing !== null && existing.type !== resolver.type) {
        throw parameterError(`The resolver ${JSON.stringify(name)} is of type ${existing.type}; its type stays.`);
      }
      await service.test(type, settings);
      const row = { name, type: resolver.type, settings: JSON.stringify(resolver.settings) };
      await db
        .insertInto("resolver")
        .values(row)
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ settings: row.settings }))
        .execute();
      return resolver;
    },
    async delete(name) {
      await db.transaction().execute(async (trx) => {
        const used = await trx
          .selectFrom("realm_resolver")
          .select("realm")
          .where("resolver", "=", name)
          .executeTakeFirst();
        if (used) throw configurationError(`The resolver ${JSON.stringify(name)} is used by realm ${used.realm}.`);
        const { numDeletedRows } = await trx.deleteFrom("resolver").where("name", "=", name).executeTakeFirst();
        if (numDeletedRows === 0n) throw unknownResolver(name);
        await trx.deleteFrom("user_attribute").where("resolver", "=", name).execute();
      });
    },
    async test(type, settings) {
      return { users: (await sourceOf(resolverOf("", type, settings)).all()).length };
    },
    async source(name) {
      const resolver = await service.find(name);
      return resolver === null ? null : sourceOf(resolver);
    },
    async editable(name) {
      const resolver = await service.find(name);
      if (resolver === null) throw unknownResolver(name);
      if (!resolver.editable)
        throw configurationError(`The users of resolver ${JSON.stringify(name)} cannot be changed.`);
      return sqlSource(context, name);
    },
  };
  return service;
}

const unknownResolver = (name: string) => notFoundError(`There is no resolver ${JSON.stringify(name)}.`);

function resolverOf(name: string, type: string, settings: Readonly<Record<string, string>>): Resolver {
  const known = types.find((each) => each === type);
  if (known === undefined) {
    throw parameterError(`The type of a resolver, ${JSON.stringify(type)}, has to be one of ${types.join(", ")}.`);
  }
  if (known === "sqlresolver") return { name, type: known, settings: {}, editable: true };
  if (!settings.fileName) throw parameterError("A passwdresolver needs the parameter fileName.");
  return { name, type: known, settings: { fileName: settings.fileName }, editable: false };
}

function toResolver({ name, type, settings }: { name: string; type: string; settings: string }): Resolver {
  return resolverOf(name, type, JSON.parse(settings) as Record<string, string>);
}
