import type { MaybePromise, User } from "@bookend/core";

/** An administrator of the server itself, who does not belong to a realm. */
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
  /** Returns the names that forms offer. */
  names?(): MaybePromise<readonly string[]>;
}

/** The host's users by realm. */
export interface RealmDirectory {
  usersOfRealm(realm: string): MaybePromise<readonly User[]>;
  /** Returns the names that forms offer. */
  realms?(): MaybePromise<readonly string[]>;
}
