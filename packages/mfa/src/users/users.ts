import type { UserRef } from "@bookend/core";
import { problemMessage } from "@bookend/core";
import type { DomainContext } from "../database/domain-context.js";
import { parameterError, userError } from "../errors/mfa-error.js";
import { versionOf } from "../secrets/credential-version.js";
import type { SettingsService } from "../settings/settings.js";
import { takeListTurn } from "../values/turns.js";
import { wildcard } from "../values/wildcard.js";
import { createCustomAttributes } from "./attributes.js";
import type { Resolvers } from "./resolvers.js";
import type { RealmService, UserFilter, UserPaging, UserRecord, UserService } from "./types.js";
import { maxUserPage, type UserPlace, userCursor, userPlaceOf } from "./user-cursor.js";
import { userFromParameters } from "./user-parameters.js";
import type { SourceUser, UserSource } from "./user-source.js";

/** Attributes that identify a user: no custom attribute may override them. */
const identifying = ["username", "userid"];

/** Number of users whose custom attributes are read together. */
const usersPerQuery = 500;

/** Number of users that are compared with a search at a time, which takes less than a millisecond. */
const usersPerTurn = 20;

/** Number of users that are converted at a time. */
const usersPerPart = 50;

/** The custom attributes of a user without any. */
const none: Readonly<Record<string, string>> = {};

/** A resolver and a realm that contains it; the realm is empty if no realm contains the resolver. */
interface Place {
  readonly realm: string;
  readonly resolver: string;
}

/** Provides the users of the stored resolvers. */
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
    // most users have no attributes of their own, and copying the attributes of each user would slow down lists
    attributes: own === none ? user.attributes : Object.assign({}, user.attributes, own),
  });
  const record = async (user: SourceUser, source: UserSource, resolver: string, realm: string) =>
    withAttributes(
      user,
      source,
      { resolver, realm },
      user.custom ?? (await custom.of({ resolver, uid: user.id, realm })),
    );

  /** Returns the names of the resolvers in which a user can be found, in the order in which they are searched. */
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
        const found = await source?.byLogin(user.login, user.realm);
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
      const found = await source?.byId(id, realm);
      return source && found ? record(found, source, resolver, realm) : null;
    },
    async credential(user) {
      if (!(await places(user)).includes(user.resolver)) return null;
      const source = await resolvers.source(user.resolver);
      const found = await source?.byId(user.uid, user.realm);
      if (!source || !found) return null;
      return { user: await record(found, source, user.resolver, user.realm), version: versionOf(found.credential) };
    },
    async list(filter = {}) {
      const users: UserRecord[] = [];
      for await (const some of matching(filter)) users.push(...some);
      return users;
    },
    async page(filter, paging) {
      const { parts, cursor } = await service.pageInParts(filter, paging, (users) => users);
      return { users: parts.flat(), cursor };
    },
    async pageInParts<Part>(
      filter: UserFilter,
      { pageSize, cursor }: UserPaging,
      convert: (users: readonly UserRecord[]) => Part,
    ) {
      const parts: Part[] = [];
      let left = Math.min(Math.max(Math.trunc(pageSize), 1), maxUserPage);
      let last: UserRecord | undefined;
      for await (const some of matching(filter, cursor === undefined ? undefined : userPlaceOf(cursor))) {
        const taken = Math.min(some.length, left);
        for (let start = 0; start < taken; start += usersPerPart) {
          await takeListTurn();
          parts.push(convert(some.slice(start, Math.min(start + usersPerPart, taken))));
        }
        // one user more than the page shows that there is a next one
        if (taken < some.length) return { parts, cursor: userCursor(some[taken - 1] ?? (last as UserRecord)) };
        left -= taken;
        last = some.at(-1) ?? last;
      }
      return { parts, cursor: undefined };
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

  /** Returns the users who match a filter, page by page, in the order of the realms and resolvers. */
  async function* matching(filter: UserFilter, behind?: UserPlace): AsyncGenerator<readonly UserRecord[]> {
    const matches = matcher(filter);
    let seen = 0;
    if (filter.user !== undefined) {
      const found = await service.find(filter.user);
      if (found !== null && behind === undefined && isListed(found, filter) && matches(found)) yield [found];
      return;
    }
    const all = await listed(filter);
    const from = behind === undefined ? 0 : all.findIndex((place) => isSamePlace(place, behind));
    if (from === -1) return;
    for (const [index, { realm, resolver }] of all.slice(from).entries()) {
      const source = await resolvers.source(resolver);
      if (source === null) continue;
      const login = index === 0 ? behind?.login : undefined;
      const attributesOf = await custom.inPlace({ resolver, realm });
      for await (const some of usersOf(source, filter.attributes ?? {}, login)) {
        const attributes = await attributesOf(some.map(({ id }) => id));
        const users: UserRecord[] = [];
        for (const user of some) {
          const turn = seen++ % usersPerTurn === 0 ? takeListTurn() : undefined;
          if (turn !== undefined) await turn;
          const candidate = withAttributes(user, source, { resolver, realm }, attributes.get(user.id) ?? none);
          if (matches(candidate)) users.push(candidate);
        }
        yield users;
      }
    }
  }

  async function listed({ realm, resolver }: UserFilter): Promise<Place[]> {
    const all = (await realms.list())
      .filter(({ name }) => realm === undefined || name === realm.toLowerCase())
      .flatMap(({ name, resolvers: members }) => members.map((member) => ({ realm: name, resolver: member.name })))
      .filter((place) => resolver === undefined || place.resolver === resolver);
    return all.length === 0 && resolver !== undefined && realm === undefined ? [{ realm: "", resolver }] : all;
  }
}

const isSamePlace = (a: Place, b: Place) => a.realm === b.realm && a.resolver === b.resolver;

/**
 * Yields the users of a source who can match the patterns, and possibly others, page by page. With `behind`, begins
 * after this login.
 */
async function* usersOf(
  source: UserSource,
  patterns: Readonly<Record<string, string>>,
  behind: string | undefined,
): AsyncGenerator<readonly SourceUser[]> {
  if (source.pages) {
    yield* source.pages(patterns, behind);
    return;
  }
  const found = (await source.search?.(patterns)) ?? (await source.all());
  const next = behind === undefined ? 0 : found.findIndex(({ login }) => login > behind);
  const from = next === -1 ? found.length : next;
  for (let start = from; start < found.length; start += usersPerQuery) {
    yield found.slice(start, start + usersPerQuery);
  }
}

function isListed(user: UserRecord, { realm, resolver }: UserFilter): boolean {
  return (realm === undefined || realm.toLowerCase() === user.realm) && (resolver ?? user.resolver) === user.resolver;
}

function matcher({ attributes = {} }: UserFilter): (user: UserRecord) => boolean {
  const wanted = Object.entries(attributes).map(([key, pattern]) => ({ key, fits: wildcard(pattern) }));
  return (user) => wanted.every(({ key, fits }) => fits(user.attributes[key] ?? ""));
}
