import { type CallRecorder, problemMessage, type RecordedCall } from "@bookend/core";
import { inChunks } from "../chunks.js";
import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import { toRow } from "./call-row.js";
import { type CallLimits, pruneCalls } from "./prune-calls.js";
import { type CallFilter, type CallPage, callById, countCalls, pageOfCalls, readCalls } from "./read-calls.js";

/** The options of {@link openCallLog}. */
export interface CallLogOptions<Schema> extends CallLimits {
  /** The database of the store: `openStore` creates its tables. */
  readonly database: Database<Schema>;
  /** Events whose calls are kept: names, or `all`. */
  readonly events: "all" | readonly string[];
  /**
   * Maximum characters of JSON for one state of a call; longer parts are omitted.
   *
   * @default 65_536
   */
  readonly maxLength?: number | undefined;
  readonly clock?: (() => Date) | undefined;
}

/** Recorded calls: core records them, and administrators try bindings with them. */
export interface CallLog extends CallRecorder {
  /**
   * Stores a call; resolves when it is committed, together with those that arrived at the same time.
   *
   * @throws {StoreError} CALL_NOT_KEPT if the call is too long, or if calls arrive faster than they can be written;
   * STORE_CLOSED
   */
  record(call: RecordedCall): Promise<void>;
  /** Returns a page, newest first. @throws {StoreError} CALL_FILTER_INVALID */
  list(filter: CallFilter, page: { readonly cursor?: string | undefined; readonly size: number }): Promise<CallPage>;
  get(id: string): Promise<RecordedCall | undefined>;
  /** Counts the calls, up to `most`. */
  count(filter: CallFilter, most: number): Promise<number>;
  /** Yields the newest `most` calls, newest first, and reads them as the caller iterates. */
  read(filter: CallFilter, most: number): AsyncIterable<RecordedCall>;
  /**
   * Removes the calls that exceed the limits, which also happens automatically about once a minute while calls are
   * recorded. Resolves to the number of removed calls.
   */
  prune(): Promise<number>;
  /** Writes the waiting calls, and ends. The database stays open. */
  close(): Promise<void>;
}

/** Milliseconds that calls wait to be written together with others. */
const waitMs = 100;

/** Maximum number of calls that wait to be written, and of their total characters of JSON. */
const maxWaiting = 2_000;
const maxWaitingLength = 32_000_000;

/** Maximum length of a call, in characters of JSON. */
const maxCallLength = 1_000_000;

const pruneEveryMs = 60_000;
/**
 * Number of written characters after which calls are pruned early, so that the limit is exceeded by no more than that.
 */
const pruneEveryLength = 32_000_000;

interface WaitingCall {
  readonly row: ReturnType<typeof toRow>;
  resolve(): void;
  reject(error: unknown): void;
}

/** Maximum values of the limits. */
const mosts = { days: 36_500, calls: 100_000_000, megabytes: 1_000_000, maxLength: maxCallLength } as const;

/** Opens the log of recorded calls of a database. @throws {StoreError} CALL_OPTION_INVALID */
export function openCallLog<Schema>(options: CallLogOptions<Schema>): CallLog {
  checkLimits(options);
  const { events, maxLength, clock = () => new Date() } = options;
  const { db, reader } = options.database as unknown as Database<StoreSchema>;
  const names = events === "all" ? undefined : new Set(events);
  let waiting: WaitingCall[] = [];
  let waitingLength = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  let prunedAt = Number.NEGATIVE_INFINITY;
  let written = 0;
  let closed = false;

  const write = async (): Promise<void> => {
    timer = undefined;
    const [calls, length] = [waiting, waitingLength];
    waiting = [];
    waitingLength = 0;
    if (calls.length === 0) return;
    try {
      await transact(db, async (trx) => {
        for (const piece of inChunks(calls)) {
          await trx
            .insertInto("bookend_call")
            .values(piece.map(({ row }) => row))
            .execute();
        }
      });
      for (const { resolve } of calls) resolve();
    } catch (error) {
      for (const { reject } of calls) reject(error);
      return;
    }
    written += length;
    const now = performance.now();
    if (now - prunedAt < pruneEveryMs && written < pruneEveryLength) return;
    prunedAt = now;
    written = 0;
    // if this fails, a write at least a minute later repeats it; until then, a few more calls are kept
    await pruneCalls(db, options, clock()).catch(() => undefined);
  };
  const flush = (): Promise<void> => {
    writing = writing.then(write);
    return writing;
  };

  return {
    ...(maxLength !== undefined && { maxLength }),
    keeps: (event) => names === undefined || names.has(event),
    record(call) {
      if (closed) return Promise.reject(new StoreError("STORE_CLOSED", "The log of calls is closed."));
      const row = toRow(call);
      if (row.size > maxCallLength || waiting.length >= maxWaiting || waitingLength + row.size > maxWaitingLength) {
        return Promise.reject(
          new StoreError("CALL_NOT_KEPT", "A call was not kept: it is too long, or too many wait to be written."),
        );
      }
      waitingLength += row.size;
      return new Promise((resolve, reject) => {
        waiting.push({ row, resolve, reject });
        timer ??= setTimeout(flush, waitMs).unref();
      });
    },
    list: (filter, page) => pageOfCalls(reader, filter, page),
    get: (id) => callById(reader, id),
    count: (filter, most) => countCalls(reader, filter, most),
    read: (filter, most) => readCalls(reader, filter, most),
    prune: () => pruneCalls(db, options, clock()),
    async close() {
      closed = true;
      clearTimeout(timer);
      await flush();
    },
  };
}

function checkLimits(options: Pick<CallLogOptions<never>, keyof typeof mosts>): void {
  for (const [name, most] of Object.entries(mosts)) {
    const value = options[name as keyof typeof mosts];
    if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) continue;
    throw new StoreError(
      "CALL_OPTION_INVALID",
      problemMessage(`${value} is not valid`, `an integer from 1 to ${most}`, name),
    );
  }
}
