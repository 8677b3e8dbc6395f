import type { Steps } from "./steps.js";

/**
 * A write that the calls of one transaction share: each adds a part, and all parts are written together. It may run
 * several times, so it must change nothing outside the database.
 */
export interface SharedWrite<Part> {
  steps(parts: readonly Part[]): Steps<void>;
}

/** The part of a shared write that one call adds. */
export interface SharedPart {
  readonly write: SharedWrite<never>;
  readonly part: unknown;
}

/** Returns the statements of all parts, grouped by write. */
export function* sharedSteps(parts: readonly SharedPart[]): Steps<void> {
  const byWrite = new Map<SharedWrite<never>, unknown[]>();
  for (const { write, part } of parts) {
    const known = byWrite.get(write);
    if (known) known.push(part);
    else byWrite.set(write, [part]);
  }
  for (const [write, added] of byWrite) yield* (write as SharedWrite<unknown>).steps(added);
}
