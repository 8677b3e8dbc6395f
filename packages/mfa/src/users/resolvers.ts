import { secretMark } from "@bookend/core";
import type { Selectable } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { invalidValue } from "../errors/invalid-value.js";
import { configurationError, notFoundError, parameterError } from "../errors/mfa-error.js";
import { checkSameServer } from "../secrets/same-server.js";
import { checkLength } from "../values/limits.js";
import { ldapSettingNames, parseLdapSettings } from "./ldap-settings.js";
import { checkCertificates, ldapSource } from "./ldap-source.js";
import { passwdSource } from "./passwd-source.js";
import { type EditableSource, sqlSource } from "./sql-source.js";
import type { Resolver, ResolverService, ResolverType } from "./types.js";
import type { UserSource } from "./user-source.js";

/** Resolvers and, for other services, access to their users. */
export interface Resolvers extends ResolverService {
  /** Returns the users of a resolver. Null if the resolver does not exist. */
  source(name: string): Promise<UserSource | null>;
  /**
   * @throws {MfaError} NOT_FOUND
   * @throws {MfaError} CONFIGURATION_INVALID if the users of this resolver cannot be changed
   */
  editable(name: string): Promise<UserSource & EditableSource>;
}

const types: readonly ResolverType[] = ["sqlresolver", "passwdresolver", "ldapresolver"];

/** The setting of an `ldapresolver` that is stored separately and encrypted. */
const bindPassword = "BINDPW";

/** The marks that replace stored secrets in values that clients read and send back: privacyIDEA's and Bookend's. */
const censored: readonly string[] = ["__CENSORED__", secretMark];

/** Stores resolvers in the database. */
export function createResolvers(context: DomainContext, passwdDirectory?: string): Resolvers {
  const { db, vault, configuration } = context;
  const files = new Map<string, UserSource>();
  const passwdFile = (fileName: string): UserSource => {
    const source = files.get(fileName) ?? passwdSource(fileName, passwdDirectory, context);
    files.set(fileName, source);
    return source;
  };
  const sourceOf = ({ name, type, settings }: Resolver, secret: string): UserSource => {
    if (type === "sqlresolver") return sqlSource(context, name);
    if (type === "ldapresolver") return ldapSource(parseLdapSettings(settings), secret);
    return passwdFile(settings.fileName ?? "");
  };
  const rows = configuration.kept(async () => {
    const found = await db.selectFrom("resolver").selectAll().orderBy("name").execute();
    return new Map(found.map((row) => [row.name, row]));
  });
  const rowOf = async (name: string) => (await rows()).get(name);
  const secretOf = (row: Row | undefined): string =>
    row?.secret_sealed ? vault.open(row.secret_sealed, secretContext(row.name)).toString() : "";

  const service: Resolvers = {
    async list() {
      return [...(await rows()).values()].map(toResolver);
    },
    async find(name) {
      const row = await rowOf(name);
      return row === undefined ? null : toResolver(row);
    },
    async save(name, type, settings) {
      if (!/^[\w.-]+$/.test(name)) {
        throw invalidValue("the name of a resolver", name, 'letters, digits, "_", "-" and "."');
      }
      checkLength("the name of a resolver", name);
      const resolver = resolverOf(name, type, settings);
      configuration.forget();
      const existing = await service.find(name);
      if (existing !== null && existing.type !== resolver.type) {
        throw invalidValue("type", type, `${existing.type}, the type of this resolver, which cannot change`);
      }
      const given = settings[bindPassword];
      const row = await rowOf(name);
      const keeps = given === undefined || censored.includes(given);
      const secret = keeps ? secretOf(row) : given;
      if (keeps && row !== undefined && secret !== "") {
        const fields = ["LDAPURI", "START_TLS", "TLS_VERIFY", "TLS_CA_FILE"];
        checkSameServer(bindPassword, fields, toResolver(row).settings, resolver.settings);
      }
      await service.test(type, { ...settings, [bindPassword]: secret });
      const values = {
        settings: JSON.stringify(resolver.settings),
        secret_sealed: secret === "" ? null : vault.seal(secret, secretContext(name)),
      };
      await configuration.change((trx) =>
        trx
          .insertInto("resolver")
          .values({ name, type: resolver.type, ...values })
          .onConflict((conflict) => conflict.column("name").doUpdateSet(values))
          .execute(),
      );
      return resolver;
    },
    async delete(name) {
      await configuration.change(async (trx) => {
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
      return { users: (await sourceOf(resolverOf("", type, settings), settings[bindPassword] ?? "").all()).length };
    },
    async checkFiles(name) {
      const resolver = await service.find(name);
      if (resolver === null) throw unknownResolver(name);
      const { type, settings } = resolver;
      if (type === "passwdresolver") await passwdFile(settings.fileName ?? "").all();
      if (type === "ldapresolver") await checkCertificates(parseLdapSettings(settings));
    },
    async source(name) {
      const row = await rowOf(name);
      if (row === undefined) return null;
      // the most common type, which has neither settings nor a secret
      if (row.type === "sqlresolver") return sqlSource(context, name);
      return sourceOf(toResolver(row), secretOf(row));
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
    throw invalidValue("type", type, types.join(", "));
  }
  if (known === "sqlresolver") return { name, type: known, settings: {}, secretSettings: [], editable: true };
  if (known === "ldapresolver") {
    parseLdapSettings(settings);
    const entries = Object.entries(settings).filter(([key]) => ldapSettingNames.includes(key));
    const stored = Object.fromEntries(entries);
    return { name, type: known, settings: stored, secretSettings: [bindPassword], editable: false };
  }
  if (!settings.fileName) throw parameterError("A passwdresolver needs the parameter fileName.");
  return { name, type: known, settings: { fileName: settings.fileName }, secretSettings: [], editable: false };
}

type Row = Selectable<DomainSchema["resolver"]>;

const secretContext = (name: string) => `the password of resolver ${name}`;

function toResolver({ name, type, settings }: Row): Resolver {
  return resolverOf(name, type, JSON.parse(settings) as Record<string, string>);
}
