import { sql, type Transaction } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";

const channel = "bookend_bindings";

/**
 * Minimum milliseconds between notifications of changes by other processes; changes in between are announced together.
 */
const togetherMs = 20;

/** Notifies listeners of changes of bindings, by this process and by others. */
export interface BindingChanges {
  /**
   * Increments the revision of the bindings, in the transaction that changes them, and resolves to the new revision. On
   * PostgreSQL, other processes are notified when that transaction is committed.
   */
  announce(trx: Transaction<StoreSchema>): Promise<number>;
  /** Notifies the listeners of a change by this process, once it is committed. */
  committed(revision: number): void;
  subscribe(listener: () => void): () => void;
  close(): Promise<void>;
}

/**
 * Watches the revision of the bindings by polling and, on PostgreSQL, by listening. Runs only while there is a
 * subscriber. Changes that were made while there was no subscriber are reported to the next subscriber.
 */
export async function watchBindings(database: Database<StoreSchema>, intervalMs: number): Promise<BindingChanges> {
  const listeners = new Set<() => void>();
  const readRevision = async () =>
    (await database.db.selectFrom("bookend_revision").select("bindings").executeTakeFirstOrThrow()).bindings;
  let seen = await readRevision();
  let timer: NodeJS.Timeout | undefined;
  let stopListening: (() => Promise<void>) | undefined;
  let polling: Promise<void> | undefined;
  let closed = false;
  let telling: NodeJS.Timeout | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;

  const tell = () => {
    toldAt = performance.now();
    for (const listener of [...listeners]) listener();
  };
  const saw = (revision: number) => {
    if (closed) return;
    // polling may have noticed the change already; if the listeners have not been notified yet, they are notified now
    if (revision <= seen && telling === undefined) return;
    seen = Math.max(seen, revision);
    clearTimeout(telling);
    telling = undefined;
    tell();
  };
  /** Notifies the listeners of changes by other processes; changes in quick succession are announced together. */
  const heard = (revision: number) => {
    if (closed || revision <= seen) return;
    seen = revision;
    telling ??= setTimeout(
      () => {
        telling = undefined;
        if (!closed) tell();
      },
      Math.max(0, toldAt + togetherMs - performance.now()),
    );
  };
  const poll = () => {
    // if the database does not respond, the next poll queries it again
    polling ??= readRevision()
      .then(heard, () => undefined)
      .finally(() => {
        polling = undefined;
      });
  };
  const start = () => {
    timer = setInterval(poll, intervalMs).unref();
    stopListening = database.listen(channel, { message: (payload) => heard(Number(payload)), listening: poll });
    poll();
  };
  const stop = async () => {
    clearInterval(timer);
    timer = undefined;
    await stopListening?.();
  };

  return {
    async announce(trx) {
      const { bindings } = await trx
        .updateTable("bookend_revision")
        .set((eb) => ({ bindings: eb("bindings", "+", 1) }))
        .returning("bindings")
        .executeTakeFirstOrThrow();
      if (database.dialect === "postgres") await sql`select pg_notify(${channel}, ${String(bindings)})`.execute(trx);
      return bindings;
    },
    committed: saw,
    subscribe(listener) {
      // a new function, so that a listener can subscribe twice
      const entry = () => listener();
      listeners.add(entry);
      if (timer === undefined && !closed) start();
      return () => {
        listeners.delete(entry);
        if (listeners.size === 0) void stop();
      };
    },
    async close() {
      closed = true;
      clearTimeout(telling);
      listeners.clear();
      await stop();
      await polling;
    },
  };
}
