/** The newest checkpoint of an audit log, and the entries after it; `LastCheckpoint` of `@bookend/store-sql` fits. */
export interface ObservedCheckpoint {
  readonly madeAt: Date;
  /** Entries after the checkpoint: only these could be removed from the end of the log without a trace. */
  readonly uncovered: number;
}

/** The values that each scrape reads from an audit log; undefined if there is no checkpoint yet. */
export type ReadCheckpoint = () => ObservedCheckpoint | undefined | Promise<ObservedCheckpoint | undefined>;
