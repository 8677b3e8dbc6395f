/** The newest checkpoint of an audit log, such as a `LastCheckpoint` of `@bookend/store-sql`. */
export interface ObservedCheckpoint {
  readonly madeAt: Date;
  /** Entries after the checkpoint: only these could be removed from the end of the log without a trace. */
  readonly uncovered: number;
}

/** Returns the newest checkpoint of an audit log, for each scrape; undefined if there is none yet. */
export type ReadCheckpoint = () => ObservedCheckpoint | undefined | Promise<ObservedCheckpoint | undefined>;
