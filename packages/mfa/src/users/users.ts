import type { UserRef } from "@bookend/core";
import { problemMessage } from "@bookend/core";
import type { DomainContext } from "../database/domain-context.js";
import { parameterError, userError } from "../errors/mfa-error.js";
import { versionOf } from "../secrets/credential-version.js";
import type { SettingsService } from "../settings/settings.js";
import { takeTurn } from "../values/turns.js";
import { wildcard } from "../values/wildcard.js";
import { createCustomAttributes } from "./attributes.js";
import type { Resolvers } from "./resolvers.js";
import type { RealmService, UserFilter, UserRecord, UserService } from "./types.js";
import { userFromParameters } from "./user-parameters.js";
import type { SourceUser, UserSource } from "./user-source.js";

/** Attributes that identify a user: no custom attribute may stand in for them. */
const identifying = ["username", "userid"];

/** Users whose custom attributes are read at once. */
const usersPerQuery = 500;

/** Users that are compared with a search at once: it takes less than a millisecond. */
const usersPerTurn = 20;

/** A resolver as a member of a realm; an empty realm if it is in none. */
interface Place {
  readonly realm: string;
  readonly resolver: string;
}

/** Users of the stored resolvers. */
export function createUsers(
  context: DomainContext,
  { realms, resolvers, settings }: { realms: RealmService; resolvers: Resolvers; settings: SettingsService },
): UserService {
  const custom = createCustomAttributes(context);

  const withAttributes = (
    user: SourceUser,
    { editable }: UserSource,
    { resolver, realm }: Place,
    own: Readonly<Record<string, string>>,
  ): UserRecord => ({
    login: user.login,
    realm,
    resolver,
    uid: user.id,
    editable,
    attributes: { ...user.attributes, userid: user.id, ...own },
  });
  const record = async (user: SourceUser, source: UserSource, resolver: string, realm: string) =>
    withAttributes(user, source, { resolver, realm }, await custom.of({ resolver, uid: user.id, realm }));

  /** Where a user can be found: realms and resolvers, in the order in which they are searched. */
  const places = async (user: UserRef): Promise<readonly string[]> => {
    if (user.realm === "") return user.resolver === undefined ? [] : [user.resolver];
    const names = ((await realms.find(user.realm))?.resolvers ?? []).map((resolver) => resolver.name);
    return user.resolver === undefined ? names : names.filter((name) => name === user.resolver);
  };

  const service: UserService = {
    fromParameters: userFromParameters(realms, settings),
    async find(user) {
      // PostgreSQL refuses queries with NUL
      if (`${user.login}${user.realm}${user.resolver ?? ""}`.includes("\0")) return null;
      if (user.resolver !== undefined && user.uid !== undefined) {
        return (await service.credential({ ...user, resolver: user.resolver, uid: user.uid }))?.user ?? null;
      }
      for (const name of await places(user)) {
        const source = await resolvers.source(name);
        const found = await source?.byLogin(user.login);
        if (source && found) return record(found, source, name, user.realm);
      }
      return null;
    },
    async require(user) {
      const found = await service.find(user);
      if (found === null)
        throw userError(`There is no user ${JSON.stringify(user.login)} in realm ${JSON.stringify(user.realm)}.`);
      return found;
    },
    async findById(resolver, id, realm) {
      const source = await resolvers.source(resolver);
      const found = await source?.byId(id);
      return source && found ? record(found, source, resolver, realm) : null;
    },
    async credential(user) {
      if (!(await places(user)).includes(user.resolver)) return null;
      const source = await resolvers.source(user.resolver);
      const found = await source?.byId(user.uid);
      if (!source || !found) return null;
      return { user: await record(found, source, user.resolver, user.realm), version: versionOf(found.credential) };
    },
    async list(filter = {}) {
      const users: UserRecord[] = [];
      const matches = matcher(filter);
      if (filter.user !== undefined) {
        const found = await service.find(filter.user);
        return found !== null && isListed(found, filter) && matches(found) ? [found] : [];
      }
      for (const { realm, resolver } of await listed(filter)) {
        const source = await resolvers.source(resolver);
        if (source === null) continue;
        const all = (await source.search?.(filter.attributes ?? {})) ?? (await source.all());
        for (let start = 0; start < all.length; start += usersPerQuery) {
          const some = all.slice(start, start + usersPerQuery);
          const ids = some.map(({ id }) => id);
          const attributes = await custom.ofUsers({ resolver, realm }, ids);
          for (const [index, user] of some.entries()) {
            if (index % usersPerTurn === 0) await takeTurn();
            const candidate = withAttributes(user, source, { resolver, realm }, attributes.get(user.id) ?? {});
            if (matches(candidate)) users.push(candidate);
          }
        }
      }
      return users;
    },
    async checkPassword(user, password) {
      const found = await service.find(user);
      const source = found === null ? null : await resolvers.source(found.resolver);
      if (source) return source.checkPassword(found?.login ?? user.login, password);
      return context.passwords.verify(null, password);
    },
    async add(resolver, user) {
      return (await resolvers.editable(resolver)).add(user);
    },
    async update(user, changes) {
      const { uid, resolver, realm } = await service.require(user);
      await (await resolvers.editable(resolver)).update(uid, changes);
      return service.require({ login: changes.username ?? user.login, realm, resolver, uid });
    },
    async delete(user) {
      const { uid, resolver } = await service.require(user);
      await (await resolvers.editable(resolver)).delete(uid);
    },
    async customAttributes(user) {
      return custom.of(await service.require(user));
    },
    async setAttribute(user, key, value) {
      const found = await service.require(user);
      if (key === "" || key === "__proto__" || identifying.includes(key)) {
        throw parameterError(
          problemMessage(
            `${JSON.stringify(key.slice(0, 100))} is not valid`,
            `a name that is not empty and none of __proto__, ${identifying.join(", ")}`,
            "key",
          ),
        );
      }
      await custom.set(found, key, value);
    },
    async deleteAttribute(user, key) {
      return custom.delete(await service.require(user), key);
    },
  };
  return service;

  async function listed({ realm, resolver }: UserFilter): Promise<Place[]> {
    const all = (await realms.list())
      .filter(({ name }) => realm === undefined || name === realm.toLowerCase())
      .flatMap(({ name, resolvers: members }) => members.map((member) => ({ realm: name, resolver: member.name })))
      .filter((place) => resolver === undefined || place.resolver === resolver);
    return all.length === 0 && resolver !== undefined && realm === undefined ? [{ realm: "", resolver }] : all;
  }
}

function isListed(user: UserRecord, { realm, resolver }: UserFilter): boolean {
  return (realm === undefined || realm.toLowerCase() === user.realm) && (resolver ?? user.resolver) === user.resolver;
}

function matcher({ attributes = {} }: UserFilter): (user: UserRecord) => boolean {
  const wanted = Object.entries(attributes).map(([key, pattern]) => ({ key, fits: wildcard(pattern) }));
  return (user) => wanted.every(({ key, fits }) => fits(user.attributes[key] ?? ""));
}
