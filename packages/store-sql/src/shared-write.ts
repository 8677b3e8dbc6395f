import type { Steps } from "./steps.js";

/**
 * A write that the calls of one transaction do together: each adds a part, and all parts are written at once. It may run several times, so it
 * must change nothing outside the database.
 */
export interface SharedWrite<Part> {
  steps(parts: readonly Part[]): Steps<void>;
}

/** What one call adds to a shared write. */
export interface SharedPart {
  readonly write: SharedWrite<never>;
  readonly part: unknown;
}

/** The statements of all parts, those of each write together. */
export function* sharedSteps(parts: readonly SharedPart[]): Steps<void> {
  const byWrite = new Map<SharedWrite<never>, unknown[]>();
  for (const { write, part } of parts) {
    const known = byWrite.get(write);
    if (known) known.push(part);
    else byWrite.set(write, [part]);
  }
  for (const [write, added] of byWrite) yield* (write as SharedWrite<unknown>).steps(added);
}
