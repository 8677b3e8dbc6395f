/** Another server that a handler talks to, started by a test. */
export interface Peer {
  /** Stops it; called after each test. */
  stop(): Promise<void> | void;
  /** Makes it accept connections and never respond. */
  hold?(): void;
  /** Makes it refuse all requests. */
  refuse?(): void;
  /** Everything that it received, oldest first. */
  readonly received?: readonly unknown[];
  /** Returns, for each received item, the identifier by which the peer recognizes a repetition. */
  identities?(): readonly (string | undefined)[];
}
