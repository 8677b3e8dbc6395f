import type { Kysely, Selectable } from "kysely";
import type { ContainerTable, DomainSchema } from "../database/schema.js";
import { notFoundError } from "../errors/mfa-error.js";

/** 601: no such container. */
export const unknownContainer = (serial: string) => notFoundError(`There is no container ${JSON.stringify(serial)}.`);

/**
 * The row of a container, kept from every other writer until the transaction ends: who owns it, its states and what is in it
 * are decided by one after the other. (On SQLite a transaction is alone anyway.)
 *
 * @throws {MfaError} NOT_FOUND
 */
export async function lockedContainer(trx: Kysely<DomainSchema>, serial: string): Promise<Selectable<ContainerTable>> {
  // an update that changes nothing locks on both databases
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
 * The row of a container.
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
