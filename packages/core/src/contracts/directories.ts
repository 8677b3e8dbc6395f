import type { Call } from "./call.js";
import type { MaybePromise } from "./maybe-promise.js";
import type { Challenge, Container, Token, User } from "./objects.js";
import type { UserRef } from "./user-ref.js";

export type { Challenge, Container, FoundObjects, RemovedObjects, Token, User } from "./objects.js";

/** Reads the host's users. */
export interface UserDirectory {
  /**
   * Returns the user with that login in that realm (and in that resolver, if given), or null. Login and realm must
   * match exactly. With `resolver` and `uid`, returns the user with that id, or null; their login may have changed.
   */
  find(user: UserRef): MaybePromise<User | null>;
  /** Returns the resolvers of a realm, in order; none for an unknown realm. */
  resolversOf(realm: string): MaybePromise<readonly string[]>;
  /**
   * Returns the user that these request parameters name, read in the same way as by the host's own routes from `user`,
   * `username`, `realm` and `resolver`.
   */
  fromParameters?(parameters: Readonly<Record<string, unknown>>): MaybePromise<UserRef | undefined>;
  /** Returns the names of the realms that exist, for suggestions in forms and warnings of `check`. */
  realms?(): MaybePromise<readonly string[]>;
  /** Returns the names of the resolvers that exist, for suggestions in forms and warnings of `check`. */
  resolvers?(): MaybePromise<readonly string[]>;
}

/** Reads the host's tokens. */
export interface TokenDirectory {
  find(serial: string): MaybePromise<Token | null>;
  ofUser(user: User): MaybePromise<readonly Token[]>;
  /**
   * Returns the number of the user's tokens. Only needed if the host can count them faster than `ofUser` reads them.
   */
  countOfUser?(user: User): MaybePromise<number>;
  /** Returns the names of the token types that exist, for suggestions in forms and warnings of `check`. */
  types?(): MaybePromise<readonly string[]>;
}

/** Reads the host's containers. */
export interface ContainerDirectory {
  find(serial: string): MaybePromise<Container | null>;
  ofToken(tokenSerial: string): MaybePromise<Container | null>;
  countOfUser(user: User): MaybePromise<number>;
  /** Returns the names of the container types that exist, for suggestions in forms and warnings of `check`. */
  types?(): MaybePromise<readonly string[]>;
}

/** Reads the host's challenges. */
export interface ChallengeDirectory {
  /** Returns the challenges of a token or container; if a transaction is given, only those of that transaction. */
  of(serial: string, transactionId?: string): MaybePromise<readonly Challenge[]>;
}

/** Reads event counters. */
export interface CounterDirectory {
  /**
   * Returns the value summed over all nodes; null if there is no such counter.
   *
   * @param call The call for which the value is read. The value includes changes by this call, even if they are
   * committed only when it ends.
   */
  value(name: string, call?: Pick<Call, "id">): MaybePromise<number | null>;
}

/**
 * The host's own directories, by name, with the type of the object that each finds. Empty unless the host declares its
 * own, after which conditions, tags and actions have a lookup of that name.
 *
 * ```ts
 * declare module "@bookend/core" {
 *   interface HostDirectories {
 *     invoices: Invoice;
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: hosts add to it, which they cannot do to a type alias
export interface HostDirectories {}

/** Reads one kind of a host's own data. */
export interface HostDirectory<T> {
  /**
   * Returns the object of a call, or null. Called at most once for each position of a call (`pre` and `post`), when the
   * object is first needed, and again after an action that declares a change of this directory, the request or the
   * response. At `post`, the call has its response.
   */
  find(call: Call): MaybePromise<T | null | undefined>;
}

/** The directories that the host declared. */
export type OwnDirectories = { readonly [K in keyof HostDirectories]?: HostDirectory<HostDirectories[K]> | undefined };

/** The directories of the host. Each is optional: a condition whose directory is missing cannot be bound. */
export interface Directories extends OwnDirectories {
  readonly users?: UserDirectory | undefined;
  readonly tokens?: TokenDirectory | undefined;
  readonly containers?: ContainerDirectory | undefined;
  readonly challenges?: ChallengeDirectory | undefined;
  readonly counters?: CounterDirectory | undefined;
}

/** Name of a directory. */
export type DirectoryName = keyof Directories;

const names: { readonly [K in Exclude<DirectoryName, keyof HostDirectories>]: true } = {
  users: true,
  tokens: true,
  containers: true,
  challenges: true,
  counters: true,
};

/** Names of the directories that core knows. */
export const directoryNames = Object.freeze(Object.keys(names)) as readonly DirectoryName[];

/** Returns the names of the host's own directories. */
export function ownNamesIn(directories: Directories): readonly string[] {
  const given = Object.entries(directories).filter(([, directory]) => directory !== undefined);
  return given.map(([name]) => name).filter((name) => !Object.hasOwn(names, name));
}
