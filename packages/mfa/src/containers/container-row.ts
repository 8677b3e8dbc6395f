import type { Kysely, Selectable } from "kysely";
import type { ContainerTable, DomainSchema } from "../database/schema.js";
import { notFoundError } from "../errors/mfa-error.js";

/** Returns the error for a container that does not exist. */
export const unknownContainer = (serial: string) => notFoundError(`There is no container ${JSON.stringify(serial)}.`);

/**
 * Reads and locks the row of a container until the transaction ends, so that changes of its owners, states and
 * tokens are made one after the other. (SQLite only has one writer anyway.)
 *
 * @throws {MfaError} NOT_FOUND
 */
export async function lockedContainer(trx: Kysely<DomainSchema>, serial: string): Promise<Selectable<ContainerTable>> {
  // an update without a change locks the row on both databases
  const row = serial.includes("\0")
    ? undefined
    : await trx
        .updateTable("container")
        .set((container) => ({ description: container.ref("description") }))
        .where("serial", "=", serial)
        .returningAll()
        .executeTakeFirst();
  if (row === undefined) throw unknownContainer(serial);
  return row;
}

/**
 * Returns the row of a container.
 *
 * @throws {MfaError} NOT_FOUND
 */
export async function containerRow(db: Kysely<DomainSchema>, serial: string): Promise<Selectable<ContainerTable>> {
  const row = serial.includes("\0")
    ? undefined
    : await db.selectFrom("container").selectAll().where("serial", "=", serial).executeTakeFirst();
  if (row === undefined) throw unknownContainer(serial);
  return row;
}
