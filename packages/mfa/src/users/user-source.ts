/** A user, as a resolver knows them. */
export interface SourceUser {
  /** Stable inside of the resolver. */
  readonly id: string;
  readonly login: string;
  /** Changes with the user's password; empty where the source cannot tell. Never leaves the service. */
  readonly credential: string;
  /** `username`, `givenname`, `surname`, `email`, `phone`, `mobile`; empty where unknown. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Where the users of one resolver are read. */
export interface UserSource {
  /** Whether its users can be added, changed and deleted. */
  readonly editable: boolean;
  byLogin(login: string): Promise<SourceUser | null>;
  byId(id: string): Promise<SourceUser | null>;
  all(): Promise<readonly SourceUser[]>;
  /** Those of whom each of these attributes may fit its pattern, others perhaps as well. A source without it is asked for all. */
  search?(patterns: Readonly<Record<string, string>>): Promise<readonly SourceUser[]>;
  /** Whether it is the user's password; takes as long for a user who does not exist. */
  checkPassword(login: string, password: string): Promise<boolean>;
}
