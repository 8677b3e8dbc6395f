import type { DeliveryEngine, DueDelivery } from "@bookend/core";
import type { Transaction } from "kysely";
import type { Database } from "../database.js";
import { groupCommit } from "../group-commit.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import type { DeliveryRow } from "./delivery-row.js";
import { notifyOnce } from "./notify-once.js";

/** Number of rows per statement; each has about twenty parameters. */
const insertedTogether = 100;

/** Milliseconds after which the next deliveries no longer wait for those that are being inserted. */
const patienceMs = 1_000;

/** The row of a delivery to which the database has not assigned a number yet. */
export type NewRow = Omit<DeliveryRow, "seq">;

/** Stores new deliveries. */
export interface NewDeliveries {
  /**
   * Inserts rows in a transaction; a delivery whose id exists is left unchanged. Call `inserted` once the transaction
   * is committed.
   */
  insert(rows: readonly NewRow[], trx: Transaction<StoreSchema>): Promise<void>;
  /** Notifies the outbox, and an engine that is not transactional, of rows whose transaction is committed. */
  inserted(rows: readonly NewRow[]): void;
  /** Inserts a row without a transaction of the caller, together with others that are waiting. */
  insertAlone(row: NewRow): Promise<void>;
}

/** Dependencies for storing new deliveries. */
interface Environment {
  readonly database: Database<StoreSchema>;
  readonly engine: DeliveryEngine | undefined;
  readonly wake: () => void;
  readonly failed: (error: unknown) => void;
}

/** Creates the part of an outbox that stores new deliveries. */
export function newDeliveries({ database, engine, wake, failed }: Environment): NewDeliveries {
  const { db, dialect } = database;
  const insert = async (rows: readonly NewRow[], trx: Transaction<StoreSchema>) => {
    await trx
      .insertInto("bookend_delivery")
      .values(rows)
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
    if (engine?.transactional) await engine.schedule(rows.map(firstTryOf), trx);
    else if (dialect === "postgres" && !engine) await notifyOnce(trx);
  };
  const inserted = (rows: readonly NewRow[]) => {
    wake();
    // the sweep finds those that the engine does not accept
    if (engine && !engine.transactional) engine.schedule(rows.map(firstTryOf)).catch(failed);
  };
  const insertAlone = groupCommit<NewRow, void>(
    async (rows) => {
      await transact(db, (trx) => insert(rows, trx));
      inserted(rows);
      return [];
    },
    { most: insertedTogether, longestWaitMs: 0, patienceMs },
  );
  return { insert, inserted, insertAlone };
}

function firstTryOf({ id, due, destination }: NewRow): DueDelivery {
  return { id, attempt: 1, due: new Date(due), destination };
}
