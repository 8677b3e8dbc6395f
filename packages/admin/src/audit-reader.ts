/** Selects entries of the audit log; `*` in a pattern stands for any characters. */
export interface AuditLogFilter {
  readonly filter?: Readonly<Record<string, string>> | undefined;
  /** Only entries that began at or after this time. */
  readonly since?: Date | undefined;
  /** Only entries that began before this time. */
  readonly until?: Date | undefined;
}

/** A search of the audit log. */
export interface AuditLogSearch extends AuditLogFilter {
  readonly pageSize: number;
  /** Whether to count all entries that match the filter, which takes time. @default true */
  readonly count?: boolean | undefined;
  /** The `cursor` that the previous page returned. */
  readonly cursor?: number | undefined;
  readonly sort?: { readonly column: "number"; readonly direction: "asc" | "desc" } | undefined;
}

/** An entry of the audit log, for a call or for an action that ran in one. */
export interface AuditLogRow {
  readonly number: number;
  readonly id: string;
  /** Id of the call in which an action ran; null for the call itself. */
  readonly parent: string | null;
  readonly event: string | null;
  readonly position: string | null;
  readonly action: string;
  readonly handler: string | null;
  readonly binding: number | null;
  readonly binding_name: string | null;
  readonly success: boolean;
  readonly authentication: string | null;
  readonly serial: string | null;
  readonly token_type: string | null;
  readonly container_serial: string | null;
  readonly user: string | null;
  readonly realm: string | null;
  readonly resolver: string | null;
  readonly actor: string | null;
  readonly actor_role: string | null;
  readonly action_detail: string | null;
  readonly info: string | null;
  readonly client: string | null;
  readonly user_agent: string | null;
  readonly startdate: Date;
  /** Milliseconds that the call or the action took. */
  readonly duration: number;
}

/** The numbers of runs and calls in a period, divided into buckets of equal length. */
export interface AuditStats {
  readonly bindings: readonly {
    readonly id: number;
    readonly lastRun: Date | undefined;
    /** One number per bucket. */
    readonly runs: readonly number[];
    readonly failures: readonly number[];
  }[];
  readonly calls: readonly number[];
  readonly failedCalls: readonly number[];
}

/** The period in which runs and calls are counted, and its division into buckets. */
export interface AuditStatsQuery {
  readonly from: Date;
  readonly bucketMs: number;
  readonly buckets: number;
}

/** Reads the audit log. The audit log of `@bookend/store-sql` implements this interface. */
export interface AuditReader {
  search(search: AuditLogSearch): Promise<{
    readonly rows: readonly AuditLogRow[];
    /** Undefined if the count was not requested. */
    readonly count: number | undefined;
    /** Whether there are more entries than `count`. */
    readonly countMore?: boolean | undefined;
    readonly cursor?: number | undefined;
  }>;
  /** Yields CSV in pieces, oldest entry first. For an invalid filter, the call itself throws, not the iteration. */
  exportCsv(filter: AuditLogFilter): AsyncIterable<string>;
  stats(query: AuditStatsQuery): Promise<AuditStats>;
  verify(): Promise<{
    readonly ok: boolean;
    readonly checked: number;
    readonly firstBad?:
      | { readonly number: number; readonly reason: string; readonly writer?: number | undefined }
      | undefined;
  }>;
}
