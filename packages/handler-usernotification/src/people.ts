import type { MaybePromise, User } from "@bookend/core";

/** An administrator of the server itself, who is in no realm. */
export interface InternalAdmin {
  readonly username: string;
  readonly email: string;
  /** Default: the user name. */
  readonly givenname?: string | undefined;
  readonly surname?: string | undefined;
}

/** The host's internal administrators. */
export interface AdminDirectory {
  find(name: string): MaybePromise<InternalAdmin | undefined>;
  /** Names for forms. */
  names?(): MaybePromise<readonly string[]>;
}

/** The host's users by realm. */
export interface RealmDirectory {
  usersOfRealm(realm: string): MaybePromise<readonly User[]>;
  /** Names for forms. */
  realms?(): MaybePromise<readonly string[]>;
}
