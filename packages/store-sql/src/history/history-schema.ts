import type { Generated } from "kysely";

/** One change of bindings. */
export interface HistoryTable {
  id: Generated<number>;
  /** Milliseconds since 1970. */
  time: number;
  operation: string;
  /** JSON of an `Actor`. */
  actor: string | null;
  client: string | null;
  /** How many bindings it touched. */
  changes: number;
}

/** The effect of a change on one binding. */
export interface HistoryChangeTable {
  id: Generated<number>;
  entry: number;
  /** Id. */
  binding: number;
  name: string;
  /** JSON of a `Binding`, as it was stored: secrets included. */
  before: string | null;
  after: string | null;
}
