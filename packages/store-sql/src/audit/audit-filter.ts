import type { AuditColumn } from "./audit-row.js";

/** Selects entries: they must match all of the given conditions. */
export interface AuditFilter {
  /**
   * Patterns by column, in which `*` stands for any characters. Without `*`, the value must be equal; with it, the case
   * of ASCII letters is ignored. `success` is 1 or 0 (true, false); `startdate` is matched in ISO 8601, UTC:
   * `2026-03-15*`. An empty pattern is ignored.
   */
  readonly filter?: Readonly<Partial<Record<AuditColumn, string>>> | undefined;
  /** Only entries that began at or after this time. */
  readonly since?: Date | undefined;
  /** Only entries that began before this time. */
  readonly until?: Date | undefined;
}
