import type { Generated } from "kysely";

/** A change of bindings. */
export interface HistoryTable {
  id: Generated<number>;
  /** Milliseconds since 1970. */
  time: number;
  operation: string;
  /** JSON of an `Actor`. */
  actor: string | null;
  client: string | null;
  /** Number of affected bindings. */
  changes: number;
}

/** The effect of a change on one binding. */
export interface HistoryChangeTable {
  id: Generated<number>;
  entry: number;
  /** Id of the binding. */
  binding: number;
  name: string;
  /** JSON of a `Binding` as stored, including secrets; null if the binding did not exist. */
  before: string | null;
  after: string | null;
}
