import type { Kysely } from "kysely";
import { MfaError } from "../errors/mfa-error.js";
import type { Vault } from "../secrets/vault.js";
import type { DomainSchema } from "./schema.js";

/**
 * Sees that what is stored was sealed with a key that is given: with another key the server would start, and fail at every token.
 *
 * @throws {MfaError} DECRYPTION_FAILED
 */
export async function checkStoredKey(db: Kysely<DomainSchema>, vault: Vault): Promise<void> {
  const newestFirst = await db
    .selectFrom("token")
    .select("key_sealed as sealed")
    .where("key_sealed", "is not", null)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  const mail = await db.selectFrom("smtp_server").select("password_sealed as sealed").limit(1).executeTakeFirst();
  const sms = await db.selectFrom("sms_gateway").select("secrets_sealed as sealed").limit(1).executeTakeFirst();
  for (const sealed of [newestFirst?.sealed, mail?.sealed, sms?.sealed]) {
    if (sealed == null || vault.knows(sealed)) continue;
    throw new MfaError(
      "DECRYPTION_FAILED",
      "The encryption key is not the one that the stored OTP keys and passwords were encrypted with. Restore that key, or give it as a former key.",
    );
  }
}
