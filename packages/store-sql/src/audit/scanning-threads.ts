import { Worker } from "node:worker_threads";
import { databaseClosed, StoreError } from "../errors.js";
import type { OpenedDatabase } from "../opened-database.js";
import type { AuditPlace } from "./audit-chain.js";
import type { AuditVerifier } from "./audit-verifier.js";
import { type LogSource, pageStatements } from "./page-statements.js";
import type { PageStatements } from "./read-pages.js";
import type { RowScanner, ScannerOptions } from "./row-scanner.js";
import type { RowRange, ScannedRows } from "./scan-rows.js";
import type { ScanAnswer, ScanningThreadData, ScanOrder } from "./scanning-thread.js";

/** Maximum number of cores that verification takes from the calls of a server. */
const threads = 2;

/**
 * Number of rows per request to a thread. A request costs some hundred microseconds; checking these rows costs hundreds
 * of times as much.
 */
const rowsPerOrder = 10_000;

/**
 * Milliseconds within which a thread must start, or check another page. Its statements have deadlines; this is for a
 * thread that hangs.
 */
const silenceMs = 60_000;

/**
 * Returns a scanner that splits ranges among threads with separate connections, so that scans do not delay the main
 * thread.
 */
export function scanningThreads(
  source: LogSource,
  { url, closing }: OpenedDatabase,
  { onPage, signal }: ScannerOptions,
): RowScanner {
  const stop = new AbortController();
  const workers: (ScanningWorker | undefined)[] = [];
  const end = async (reason: unknown) => {
    closing.delete(closed);
    signal?.removeEventListener("abort", aborted);
    stop.abort(reason);
    await Promise.all(workers.map((worker) => worker?.end(reason)));
  };
  const closed = () => end(databaseClosed());
  const aborted = () => void end(signal?.reason);
  closing.add(closed);
  signal?.addEventListener("abort", aborted);

  /**
   * Splits rows into consecutive ranges. Each begins at the stored hash of a row, at which the previous range must
   * arrive.
   */
  const split = async ({ writer, from, last, anchor }: RowRange): Promise<readonly RowRange[]> => {
    const bounds: AuditPlace[] = [from];
    const column = writer === 0 ? "number" : "place";
    for (let number = from.number + rowsPerOrder; number < last; number += rowsPerOrder) {
      const row = await source.db
        .selectFrom("bookend_audit")
        .select("hash")
        .where("writer", "=", writer)
        .where(column, "=", number)
        .limit(1)
        .executeTakeFirst();
      // a missing row is reported by the range that should contain it
      if (row !== undefined) bounds.push({ number, hash: row.hash });
    }
    return bounds.map((bound, index) => ({ writer, from: bound, last: bounds[index + 1]?.number ?? last, anchor }));
  };

  return {
    async scan(verifier, range) {
      signal?.throwIfAborted();
      const ranges = await split(range);
      const statements = pageStatements(source, range.writer);
      const scans: (Promise<ScannedRows> | undefined)[] = [];
      let next = 0;
      const work = async (index: number) => {
        stop.signal.throwIfAborted();
        const worker = workers[index] ?? new ScanningWorker(url, onPage);
        workers[index] = worker;
        for (let at = next++; at < ranges.length; at = next++) {
          const one = ranges[at] as RowRange;
          const scan = worker.scan(verifier, statements, one);
          scans[at] = scan;
          const { flaw, place } = await scan;
          // later ranges are not needed
          if (flaw !== undefined || place.number !== one.last) next = ranges.length;
        }
      };
      await Promise.all(Array.from({ length: Math.min(threads, ranges.length) }, (_, index) => work(index)));
      let total: ScannedRows = { rows: 0, place: range.from, named: 0 };
      for (const [index, scan] of scans.entries()) {
        const one = ranges[index];
        // the previous range did not arrive at the hash with which this one began, so the row was changed in between
        if (scan === undefined || one?.from.number !== total.place.number || one.from.hash !== total.place.hash) break;
        const { rows, place, named, flaw } = await scan;
        total = { rows: total.rows + rows, place, named: Math.max(total.named, named), flaw };
        if (flaw !== undefined) break;
      }
      return total;
    },
    close: () => end(new Error("The verification has ended.")),
  };
}

interface Pending {
  readonly resolve: (scanned: ScannedRows) => void;
  readonly reject: (error: unknown) => void;
}

class ScanningWorker {
  readonly #worker: Worker;
  readonly #onPage: (rows: number) => void;
  readonly #pending = new Map<number, Pending>();
  #watch: NodeJS.Timeout | undefined;
  #ended: { readonly reason: unknown } | undefined;
  #orders = 0;

  constructor(url: string, onPage: (rows: number) => void) {
    this.#worker = new Worker(threadUrl, { ...threadOptions, workerData: { url } satisfies ScanningThreadData });
    this.#onPage = onPage;
    this.#worker.on("message", (answer: ScanAnswer) => this.#hear(answer));
    this.#worker.on("error", (error) => void this.end(error));
    this.#worker.on("exit", () => void this.end(new Error("A thread that verified the audit log ended.")));
  }

  scan({ publicKeys }: AuditVerifier, statements: PageStatements, range: RowRange): Promise<ScannedRows> {
    return new Promise((resolve, reject) => {
      if (this.#ended) throw this.#ended.reason;
      this.#orders += 1;
      this.#pending.set(this.#orders, { resolve, reject });
      this.#expect();
      this.#worker.postMessage({ id: this.#orders, publicKeys, statements, range } satisfies ScanOrder);
    });
  }

  async end(reason: unknown): Promise<void> {
    this.#ended ??= { reason };
    clearTimeout(this.#watch);
    for (const { reject } of this.#pending.values()) reject(this.#ended.reason);
    this.#pending.clear();
    await this.#worker.terminate();
  }

  #hear(answer: ScanAnswer): void {
    if (this.#ended) return;
    this.#expect();
    if ("page" in answer) {
      this.#onPage(answer.page);
      return;
    }
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) clearTimeout(this.#watch);
    if ("scanned" in answer) {
      pending?.resolve(answer.scanned);
    } else {
      const { message, code } = answer.failed;
      pending?.reject(code === undefined ? new Error(message) : new StoreError(code, message));
    }
  }

  #expect(): void {
    clearTimeout(this.#watch);
    const late = () => new StoreError("DATABASE_TIMEOUT", `Nothing was read from the audit log for ${silenceMs} ms.`);
    this.#watch = setTimeout(() => void this.end(late()), silenceMs);
  }
}

/** Whether this module runs from its source, as it does in tests. */
const isSource = import.meta.url.endsWith(".ts");
const threadUrl = new URL(isSource ? "./scanning-thread-source.mjs" : "./scanning-thread.js", import.meta.url);
const threadOptions = {
  execArgv: isSource ? ["--conditions=@bookend/source"] : [],
  resourceLimits: { maxOldGenerationSizeMb: 512 },
};
