import type { AuditColumn } from "./audit-row.js";

/** Selects entries, which must match all that is given. */
export interface AuditFilter {
  /**
   * Column to pattern, in which `*` stands for anything. Without `*` the value must be equal; with it, the case of ASCII letters does not matter.
   * `success` is 1 or 0 (true, false); `startdate` is matched in ISO 8601, UTC: `2026-03-15*`. An empty pattern is ignored.
   */
  readonly filter?: Readonly<Partial<Record<AuditColumn, string>>> | undefined;
  /** Only entries that began then or later. */
  readonly since?: Date | undefined;
  /** Only entries that began before. */
  readonly until?: Date | undefined;
}
