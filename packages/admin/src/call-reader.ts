import type { Actor, RecordedCall, UserRef } from "@bookend/core";

/** Selects recorded calls. */
export interface RecordedCallFilter {
  /** Only calls of one of these events. */
  readonly events?: readonly string[] | undefined;
  readonly from?: Date | undefined;
  /** Only calls up to and including this time. */
  readonly to?: Date | undefined;
}

/** A recorded call in a list. */
export interface RecordedCallRow {
  readonly id: string;
  readonly event: string;
  readonly time: Date;
  readonly method: string;
  readonly path: string;
  readonly user?: UserRef | undefined;
  readonly actor?: Actor | undefined;
  readonly client?: string | undefined;
  readonly success: boolean;
  /** Size in characters of JSON. */
  readonly size: number;
}

/** Reads recorded calls. The log of calls of `@bookend/store-sql` implements this interface. */
export interface CallReader {
  /**
   * Returns a page of recorded calls, newest first. The error for a cursor that is not valid has the code
   * CALL_FILTER_INVALID.
   */
  list(
    filter: RecordedCallFilter,
    page: { readonly cursor?: string | undefined; readonly size: number },
  ): Promise<{ readonly calls: readonly RecordedCallRow[]; readonly cursor?: string | undefined }>;
  get(id: string): Promise<RecordedCall | undefined>;
  /** Returns the number of matching calls, at most `most`. */
  count(filter: RecordedCallFilter, most: number): Promise<number>;
  /** Yields the newest `most` calls, newest first, and reads them as the caller iterates. */
  read(filter: RecordedCallFilter, most: number): AsyncIterable<RecordedCall>;
}
