import type { Connection } from "./connection.js";
import type { AuditCall, AuditEntry, AuditFilter, AuditQuery, Verification } from "./types.js";

/** A page of the audit log. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next: number | undefined;
  /** The number of entries, if requested. */
  readonly count: number | undefined;
  /** Whether there are more entries than `count`. */
  readonly countMore: boolean;
}

/** The audit log. */
export interface AuditClient {
  /** Lists entries, newest first. */
  search(query?: AuditQuery): Promise<AuditPage>;
  /** Returns a call with the actions that ran in it, and their deliveries. */
  call(id: string): Promise<AuditCall>;
  /** Returns the state of the verification that was started last. */
  verification(): Promise<Verification>;
  /** Starts a verification unless one is already running. */
  verify(): Promise<Verification>;
  /** Exports entries as CSV in pieces, oldest entry first. */
  csv(filter?: AuditFilter): AsyncIterable<string>;
}

/** Returns the functions for the audit log. */
export function auditClient({ api, answer, value, stream }: Connection): AuditClient {
  return {
    async search(query = {}) {
      const { value: entries, detail } = await answer(api.GET("/audit", { params: { query } }));
      return { entries, next: detail.next, count: detail.count, countMore: detail.count_more ?? false };
    },
    call: (call) => value(api.GET("/audit/calls/{call}", { params: { path: { call } } })),
    verification: () => value(api.GET("/audit/verification")),
    verify: () => value(api.POST("/audit/verification", { body: {} })),
    csv: (query = {}) => stream(api.GET("/audit/csv", { params: { query }, parseAs: "stream" })),
  };
}
