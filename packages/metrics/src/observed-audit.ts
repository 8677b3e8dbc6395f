/** The newest checkpoint of an audit log, and what came after it; `LastCheckpoint` of `@bookend/store-sql` fits. */
export interface ObservedCheckpoint {
  readonly madeAt: Date;
  /** Entries that were written since: only these can be removed from the end of the log without a trace. */
  readonly uncovered: number;
}

/** What is read of an audit log on each scrape; undefined if there is no checkpoint yet. */
export type ReadCheckpoint = () => ObservedCheckpoint | undefined | Promise<ObservedCheckpoint | undefined>;
