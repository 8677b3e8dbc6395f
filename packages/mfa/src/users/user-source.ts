/** A user, as a resolver knows them. */
export interface SourceUser {
  /** Permanent within the resolver. */
  readonly id: string;
  readonly login: string;
  /** Changes with the user's password; empty if the source does not provide it. Never leaves the service. */
  readonly credential: string;
  /** `username`, `userid`, `givenname`, `surname`, `email`, `phone`, `mobile`; empty where unknown. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The custom attributes in the requested realm, if the source reads them together with the user. */
  readonly custom?: Readonly<Record<string, string>> | undefined;
}

/** Reads the users of one resolver. */
export interface UserSource {
  /** Whether its users can be added, changed and deleted. */
  readonly editable: boolean;
  byLogin(login: string, realm: string): Promise<SourceUser | null>;
  byId(id: string, realm: string): Promise<SourceUser | null>;
  /** Returns all users, in the order of {@link byLogin}. */
  all(): Promise<readonly SourceUser[]>;
  /**
   * Returns users whose attributes can match these patterns, and possibly others, in the order of {@link byLogin}. For
   * a source without this method, all users are read.
   */
  search?(patterns: Readonly<Record<string, string>>): Promise<readonly SourceUser[]>;
  /**
   * Like `search`, for a source that can have many users: yields them page by page, beginning after a login, in the
   * order of the source.
   */
  pages?(patterns: Readonly<Record<string, string>>, behind?: string): AsyncIterable<readonly SourceUser[]>;
  /** Returns whether this is the user's password. Takes as long for a user who does not exist. */
  checkPassword(login: string, password: string): Promise<boolean>;
}

/** Compares users by login. A page of users begins after a login, whether or not that user still exists. */
export function byLogin({ login: a }: SourceUser, { login: b }: SourceUser): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
