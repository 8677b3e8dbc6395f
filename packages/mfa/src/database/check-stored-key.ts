import type { Kysely } from "kysely";
import { MfaError } from "../errors/mfa-error.js";
import type { Vault } from "../secrets/vault.js";
import type { DomainSchema } from "./schema.js";

/**
 * Sees that what is stored was sealed with a key that is given: with another key the server would start, and fail at every token.
 * Tables that are still to be made hold nothing.
 *
 * @throws {MfaError} DECRYPTION_FAILED
 */
export async function checkStoredKey(db: Kysely<DomainSchema>, vault: Vault): Promise<void> {
  const tables = new Set((await db.introspection.getTables()).map(({ name }) => name));
  const newestToken = () =>
    db
      .selectFrom("token")
      .select("key_sealed as sealed")
      .where("key_sealed", "is not", null)
      .orderBy("id", "desc")
      .limit(1)
      .executeTakeFirst();
  const mail = () => db.selectFrom("smtp_server").select("password_sealed as sealed").limit(1).executeTakeFirst();
  const sms = () => db.selectFrom("sms_gateway").select("secrets_sealed as sealed").limit(1).executeTakeFirst();
  for (const [table, read] of [
    ["token", newestToken],
    ["smtp_server", mail],
    ["sms_gateway", sms],
  ] as const) {
    const sealed = tables.has(table) ? (await read())?.sealed : undefined;
    if (sealed == null || vault.knows(sealed)) continue;
    throw new MfaError(
      "DECRYPTION_FAILED",
      "The encryption key is not the one that the stored OTP keys and passwords were encrypted with. Restore that key, or give it as a former key.",
    );
  }
}
