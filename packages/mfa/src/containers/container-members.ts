import { transact } from "@bookend/store-sql";
import type { Kysely } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { unknownToken } from "../tokens/token-query.js";
import { containerRow, lockedContainer } from "./container-row.js";
import type { ContainerService } from "./types.js";

/** Manages which tokens are in a container. */
export function createContainerMembers({
  db,
}: DomainContext): Pick<ContainerService, "addToken" | "removeToken" | "removeAllTokens"> {
  return {
    async addToken(serial, tokenSerial) {
      return transact(db, async (trx) => moveToken(trx, (await lockedContainer(trx, serial)).id, tokenSerial));
    },
    async removeToken(serial, tokenSerial) {
      const { numDeletedRows } = await db
        .deleteFrom("container_token")
        .where("container_id", "=", (await containerRow(db, serial)).id)
        .where("token_id", "=", await tokenId(db, tokenSerial))
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async removeAllTokens(serial) {
      const { numDeletedRows } = await db
        .deleteFrom("container_token")
        .where("container_id", "=", (await containerRow(db, serial)).id)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

/**
 * Moves a token into a container. Returns false if the container already contained it.
 *
 * @throws {MfaError} NOT_FOUND
 */
export async function moveToken(db: Kysely<DomainSchema>, container_id: number, tokenSerial: string): Promise<boolean> {
  const moved = await db
    .insertInto("container_token")
    .values({ token_id: await tokenId(db, tokenSerial), container_id })
    .onConflict((conflict) =>
      conflict
        .column("token_id")
        .doUpdateSet({ container_id })
        .where("container_token.container_id", "!=", container_id),
    )
    .returning("token_id")
    .execute();
  return moved.length > 0;
}

/**
 * Moves a token into the container with this serial.
 *
 * @throws {MfaError} NOT_FOUND
 */
export async function putIntoContainer(db: Kysely<DomainSchema>, serial: string, tokenSerial: string): Promise<void> {
  await moveToken(db, (await lockedContainer(db, serial)).id, tokenSerial);
}

async function tokenId(db: Kysely<DomainSchema>, serial: string): Promise<number> {
  const row = serial.includes("\0")
    ? undefined
    : await db.selectFrom("token").select("id").where("serial", "=", serial).executeTakeFirst();
  if (row === undefined) throw unknownToken(serial);
  return row.id;
}
