/** Another server that a handler talks to, as a test starts it. */
export interface Peer {
  /** Stops it; called after each test. */
  stop(): Promise<void> | void;
  /** Makes it accept connections and never respond. */
  hold?(): void;
  /** Makes it refuse everything that it is sent. */
  refuse?(): void;
  /** Everything that it received, oldest first. */
  readonly received?: readonly unknown[];
  /** For each received item, the identifier by which the peer recognizes that it received the same before. */
  identities?(): readonly (string | undefined)[];
}
