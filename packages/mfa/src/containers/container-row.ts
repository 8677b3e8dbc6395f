import type { Kysely, Selectable } from "kysely";
import type { ContainerTable, DomainSchema } from "../database/schema.js";
import { notFoundError } from "../errors/mfa-error.js";

/** 601: no such container. */
export const unknownContainer = (serial: string) => notFoundError(`There is no container ${JSON.stringify(serial)}.`);

/** The row of a container. Errors: 601. */
export async function containerRow(db: Kysely<DomainSchema>, serial: string): Promise<Selectable<ContainerTable>> {
  const row = serial.includes("\0")
    ? undefined
    : await db.selectFrom("container").selectAll().where("serial", "=", serial).executeTakeFirst();
  if (row === undefined) throw unknownContainer(serial);
  return row;
}
