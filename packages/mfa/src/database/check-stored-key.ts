import { type Kysely, sql } from "kysely";
import { MfaError } from "../errors/mfa-error.js";
import type { Vault } from "../secrets/vault.js";
import type { DomainSchema } from "./schema.js";

/**
 * Columns with permanent secrets: the table, the column, and the column that orders the rows. Answers to challenges are
 * not included, since they expire.
 */
const sealedColumns = [
  ["token", "key_sealed", "id"],
  ["smtp_server", "password_sealed", "name"],
  ["sms_gateway", "secrets_sealed", "name"],
  ["resolver", "secret_sealed", "name"],
] as const;

/**
 * Checks that the last secret of each table was encrypted with one of the given keys. Without this check, a server with
 * a wrong key would start, but fail for every token. Tables and columns that do not exist yet are ignored.
 *
 * @throws {MfaError} DECRYPTION_FAILED
 */
export async function checkStoredKey(db: Kysely<DomainSchema>, vault: Vault): Promise<void> {
  const tables = await db.introspection.getTables();
  for (const [table, column, order] of sealedColumns) {
    const exists = tables.some((each) => each.name === table && each.columns.some(({ name }) => name === column));
    if (!exists) continue;
    const { rows } = await sql<{ sealed: string }>`
      select ${sql.ref(column)} as sealed from ${sql.table(table)}
      where ${sql.ref(column)} is not null order by ${sql.ref(order)} desc limit 1`.execute(db);
    if (rows.every(({ sealed }) => vault.knows(sealed))) continue;
    throw new MfaError(
      "DECRYPTION_FAILED",
      "The encryption key is not the one that the stored OTP keys and passwords were encrypted with. Restore that key, or configure it as a former key.",
    );
  }
}
