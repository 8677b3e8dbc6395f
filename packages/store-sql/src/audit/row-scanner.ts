import { setImmediate } from "node:timers/promises";
import { CompiledQuery } from "kysely";
import type { AuditRow } from "./audit-row.js";
import type { AuditVerifier } from "./audit-verifier.js";
import { type LogSource, pageStatements } from "./page-statements.js";
import { type PageReader, readPages } from "./read-pages.js";
import type { SealedRow } from "./row-content.js";
import { type RowRange, type ScannedRows, scanRows } from "./scan-rows.js";

/** Checks the rows of chains, on this thread or on others. */
export interface RowScanner {
  /**
   * Checks the rows of a range up to the first flaw. If rows disappeared in the meantime, the scan may end earlier
   * without a flaw; continue from the resulting `place`. `verifier` has the writer's key, or for writer 0, the
   * installation's.
   */
  scan(verifier: AuditVerifier, range: RowRange): Promise<ScannedRows>;
  /** Ends running scans. */
  close(): Promise<void>;
}

/** The options of a scanner. */
export interface ScannerOptions {
  /** Called after each page, with the number of its rows. */
  readonly onPage: (rows: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds after which to yield to other work of the process. */
const turnMs = 2;

/** Returns a scanner for few rows, which works in this thread in short turns. */
export function rowScanner(source: LogSource, { onPage, signal }: ScannerOptions): RowScanner {
  const rowsOf = async <Row>(text: string, parameters: readonly number[]) => {
    const { rows } = await source.db.executeQuery(CompiledQuery.raw(text, [...parameters]));
    return rows as Row[];
  };
  const reader: PageReader = {
    ...(source.dialect === "sqlite" && { quick: (text, parameters) => rowsOf<SealedRow>(text, parameters) }),
    exact: (text, parameters) => rowsOf<AuditRow>(text, parameters),
  };
  let turnEndsAt = 0;
  const row = () => {
    if (performance.now() < turnEndsAt) return undefined;
    signal?.throwIfAborted();
    return setImmediate().then(() => {
      turnEndsAt = performance.now() + turnMs;
    });
  };
  return {
    scan(verifier, range) {
      const { writer, from, last } = range;
      const pages = readPages(reader, pageStatements(source, writer), { writer, after: from.number, last });
      return scanRows(pages, verifier, range, { row, page: onPage });
    },
    close: () => Promise.resolve(),
  };
}
