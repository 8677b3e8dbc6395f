import type { User, UserRef } from "@bookend/core";

/** A resolver as stored. Passwords never leave the service. */
export interface Resolver {
  readonly name: string;
  readonly type: ResolverType;
  /**
   * Settings without secrets: `{ fileName }` for a passwd resolver, none for an SQL resolver, all except `BINDPW` for
   * an LDAP resolver.
   */
  readonly settings: Readonly<Record<string, string>>;
  /** Names of the secret settings, whose values are never shown. */
  readonly secretSettings: readonly string[];
  /** Whether its users can be added, changed and deleted. */
  readonly editable: boolean;
}

/**
 * `sqlresolver`: users in Bookend's database; `passwdresolver`: a file like `/etc/passwd`; `ldapresolver`: an LDAP
 * directory.
 */
export type ResolverType = "sqlresolver" | "passwdresolver" | "ldapresolver";

/** Stored resolvers: where users come from. */
export interface ResolverService {
  list(): Promise<readonly Resolver[]>;
  find(name: string): Promise<Resolver | null>;
  /**
   * Creates or replaces a resolver. `fileName` is required for `passwdresolver`, `LDAPURI` and `LDAPBASE` for
   * `ldapresolver`, whose `BINDPW` is kept if it is omitted.
   *
   * @throws {MfaError} PARAMETER_INVALID
   * @throws {MfaError} CONFIGURATION_INVALID if the file or the server cannot be read
   */
  save(name: string, type: string, settings: Readonly<Record<string, string>>): Promise<Resolver>;
  /**
   * Deletes a resolver with its users.
   *
   * @throws {MfaError} NOT_FOUND
   * @throws {MfaError} CONFIGURATION_INVALID while a realm uses it
   */
  delete(name: string): Promise<void>;
  /**
   * Tests a resolver by reading it once. Returns the number of users.
   *
   * @throws {MfaError} CONFIGURATION_INVALID
   */
  test(type: string, settings: Readonly<Record<string, string>>): Promise<{ readonly users: number }>;
  /**
   * Reads the files of this machine that a stored resolver needs: its passwd file, or its trusted certificates.
   *
   * @throws {MfaError} NOT_FOUND, CONFIGURATION_INVALID
   */
  checkFiles(name: string): Promise<void>;
}

/** A realm: an ordered list of resolvers. */
export interface Realm {
  readonly name: string;
  readonly isDefault: boolean;
  /** In the order in which users are looked up: by priority, then by name. */
  readonly resolvers: readonly RealmResolver[];
}

/** A resolver of a realm. Lower priorities are searched first; a resolver without one is searched last. */
export interface RealmResolver {
  readonly name: string;
  readonly type: ResolverType;
  readonly priority: number | null;
}

/** Stored realms. Names are kept in lower case. */
export interface RealmService {
  list(): Promise<readonly Realm[]>;
  find(name: string): Promise<Realm | null>;
  /**
   * Creates or replaces a realm. The first realm becomes the default one. Unknown resolvers are returned as `failed`.
   *
   * @throws {MfaError} PARAMETER_INVALID for a name or a priority that is not valid, too many resolvers, or no resolver
   * that exists
   */
  save(
    name: string,
    resolvers: readonly { readonly name: string; readonly priority?: number | null | undefined }[],
  ): Promise<{ readonly added: readonly string[]; readonly failed: readonly string[] }>;
  /**
   * Deletes a realm. The tokens of its users are kept as orphans.
   *
   * @throws {MfaError} NOT_FOUND
   */
  delete(name: string): Promise<void>;
  /** Returns the name of the default realm, if there is one. */
  default(): Promise<string | undefined>;
  /** @throws {MfaError} NOT_FOUND */
  setDefault(name: string): Promise<void>;
  clearDefault(): Promise<void>;
}

/** A user, with the fields that lists show. */
export interface UserRecord extends User {
  readonly uid: string;
  readonly editable: boolean;
}

/** A user, and a value that changes with their password. */
export interface UserCredential {
  readonly user: UserRecord;
  /** Changes with the user's password. Derived from the hash of the password, for comparison only. */
  readonly version: string;
}

/** The attributes of a new user, or the attributes to change. Attributes that are absent do not change. */
export interface UserChanges {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly givenname?: string | undefined;
  readonly surname?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly mobile?: string | undefined;
}

/** The filter of a list of users. */
export interface UserFilter {
  /** Only this user. */
  readonly user?: UserRef | undefined;
  readonly realm?: string | undefined;
  readonly resolver?: string | undefined;
  /**
   * Patterns by attribute: `username`, `givenname`, `surname`, `email`, `phone`, `mobile`, `userid`. In a pattern, `*`
   * is a wildcard, and letter case is ignored.
   */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** Selects a page of a list of users. */
export interface UserPaging {
  /** Maximum number of users on the page: 1 to 5,000. */
  readonly pageSize: number;
  /** The `cursor` that came with the previous page. @default the first page */
  readonly cursor?: string | undefined;
}

/** A page of a list of users. */
export interface UserPage {
  readonly users: readonly UserRecord[];
  /** The cursor of the next page, if there is one. */
  readonly cursor: string | undefined;
}

/** Users of all resolvers. */
export interface UserService {
  /**
   * Finds the user with this login in this realm, in the named resolver or else in the first resolver of the realm that
   * has this user. With `resolver` and `uid`, finds the user with this id, whose login may have changed.
   */
  find(user: UserRef): Promise<UserRecord | null>;
  /**
   * Like `find`, but throws if the user does not exist.
   *
   * @throws {MfaError} USER_INVALID
   */
  require(user: UserRef): Promise<UserRecord>;
  /**
   * Finds the user with this id in a resolver, with their custom attributes in `realm`. The realm itself is not
   * checked.
   */
  findById(resolver: string, uid: string, realm: string): Promise<UserRecord | null>;
  /**
   * Returns the user, and the value to which their sessions are bound. Null for a user who was deleted, or whose realm
   * no longer contains the resolver.
   */
  credential(user: UserRef & { readonly resolver: string; readonly uid: string }): Promise<UserCredential | null>;
  list(filter?: UserFilter): Promise<readonly UserRecord[]>;
  /**
   * Returns a page of the list that `list` returns.
   *
   * @throws {MfaError} PARAMETER_INVALID for a cursor that does not belong to a page of users
   */
  page(filter: UserFilter, paging: UserPaging): Promise<UserPage>;
  /**
   * Like `page`, but passes the users to a function as they are read, at most 50 at a time, and returns its results. A
   * caller that converts them to strings keeps fewer objects in memory, which garbage collections would move.
   *
   * @throws {MfaError} PARAMETER_INVALID for a cursor that does not belong to a page of users
   */
  pageInParts<Part>(
    filter: UserFilter,
    paging: UserPaging,
    convert: (users: readonly UserRecord[]) => Part,
  ): Promise<{ readonly parts: readonly Part[]; readonly cursor: string | undefined }>;
  /**
   * Returns the user that `user` or `username`, `realm` and `resolver` of a request identify, without checking that the
   * user exists. `user@realm` is split if no realm is given and that realm exists, unless the setting `splitAtSign` is
   * `False`. Otherwise, without a realm, it is a realm that contains `resolver` or, without a resolver, the default
   * realm. Returns `undefined` if no user is named, or if no realm can be determined.
   */
  fromParameters(parameters: Readonly<Record<string, unknown>>): Promise<UserRef | undefined>;
  /** Returns whether this is the user's password. Takes as long for a user who does not exist. */
  checkPassword(user: UserRef, password: string): Promise<boolean>;
  /**
   * Adds a user to an editable resolver. Returns their ID.
   *
   * @throws {MfaError} NOT_FOUND, PARAMETER_INVALID
   * @throws {MfaError} CONFIGURATION_INVALID if the resolver is not editable
   * @throws {MfaError} USER_INVALID if the user already exists
   */
  add(resolver: string, user: UserChanges & { readonly username: string }): Promise<string>;
  /** @throws {MfaError} USER_INVALID, CONFIGURATION_INVALID, PARAMETER_INVALID */
  update(user: UserRef, changes: UserChanges): Promise<UserRecord>;
  /**
   * Deletes a user. Their tokens are kept as orphans.
   *
   * @throws {MfaError} USER_INVALID, CONFIGURATION_INVALID
   */
  delete(user: UserRef): Promise<void>;
  /**
   * Returns only the custom attributes of a user.
   *
   * @throws {MfaError} USER_INVALID
   */
  customAttributes(user: UserRef): Promise<Readonly<Record<string, string>>>;
  /**
   * Sets or overwrites a custom attribute; it overrides the resolver's attribute.
   *
   * @throws {MfaError} USER_INVALID, PARAMETER_INVALID
   */
  setAttribute(user: UserRef, key: string, value: string): Promise<void>;
  /**
   * Deletes one custom attribute or, without a key, all of them. Returns their number.
   *
   * @throws {MfaError} USER_INVALID
   */
  deleteAttribute(user: UserRef, key?: string): Promise<number>;
}

/** A local administrator. */
export interface Admin {
  readonly username: string;
  readonly email: string;
}

/** Local administrators. */
export interface AdminService {
  list(): Promise<readonly Admin[]>;
  find(username: string): Promise<Admin | null>;
  /**
   * Creates or changes an administrator.
   *
   * @throws {MfaError} PARAMETER_INVALID for a name or a password that is not allowed, or a new administrator without a
   * password
   */
  save(username: string, changes: { readonly password?: string; readonly email?: string }): Promise<Admin>;
  /** @throws {MfaError} NOT_FOUND */
  delete(username: string): Promise<void>;
  /**
   * Returns a value that changes with the administrator's password, for comparison only. Null for an administrator who
   * was deleted.
   */
  credential(username: string): Promise<string | null>;
  /** Returns whether this is the administrator's password. Takes as long for a name that does not exist. */
  checkPassword(username: string, password: string): Promise<boolean>;
}
