/** A user, as a resolver knows them. */
export interface SourceUser {
  /** Permanent within the resolver. */
  readonly id: string;
  readonly login: string;
  /** Changes with the user's password; empty if the source does not provide it. Never leaves the service. */
  readonly credential: string;
  /** `username`, `givenname`, `surname`, `email`, `phone`, `mobile`; empty where unknown. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Reads the users of one resolver. */
export interface UserSource {
  /** Whether its users can be added, changed and deleted. */
  readonly editable: boolean;
  byLogin(login: string): Promise<SourceUser | null>;
  byId(id: string): Promise<SourceUser | null>;
  all(): Promise<readonly SourceUser[]>;
  /** Returns users whose attributes can match these patterns, and possibly others. For a source without this method, all users are read. */
  search?(patterns: Readonly<Record<string, string>>): Promise<readonly SourceUser[]>;
  /** The same for a source that can have many users: in the order of their logins, those behind one of them, some at once. */
  pages?(patterns: Readonly<Record<string, string>>, behind?: string): AsyncIterable<readonly SourceUser[]>;
  /** Whether this is the user's password. Takes as long for a user who does not exist. */
  checkPassword(login: string, password: string): Promise<boolean>;
}
