import { randomBytes } from "node:crypto";
import { type Database, type MigrationState, migrationState } from "@bookend/store-sql";
import type { Kysely } from "kysely";
import { checkStoredKey } from "./database/check-stored-key.js";
import { domainMigrations, domainNamespace } from "./database/migrations.js";
import type { DomainSchema } from "./database/schema.js";
import type { DomainOptions } from "./domain.js";
import { createVault } from "./secrets/vault.js";

/**
 * Checks, without changing anything, whether `createDomain` would succeed. Returns how the tables compare with the
 * migrations of this version, and throws if stored secrets were encrypted with none of the keys. For a check before a
 * server starts, on a database that was opened with `readOnly`.
 *
 * @throws {MfaError} DECRYPTION_FAILED
 * @throws {RangeError} if a key does not have 32 bytes
 */
export async function inspectDomain<Schema>({
  database,
  secretKey,
  formerKeys = [],
}: { readonly database: Database<Schema> } & Pick<DomainOptions, "secretKey" | "formerKeys">): Promise<MigrationState> {
  const state = await migrationState(database, { namespace: domainNamespace, migrations: domainMigrations });
  await checkStoredKey(
    database.db as unknown as Kysely<DomainSchema>,
    createVault([secretKey, ...formerKeys], randomBytes),
  );
  return state;
}
