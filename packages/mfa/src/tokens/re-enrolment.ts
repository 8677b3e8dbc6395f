import type { Kysely, Selectable } from "kysely";
import type { DomainSchema, TokenTable } from "../database/schema.js";
import { tokenError } from "../errors/mfa-error.js";
import type { UserRecord } from "../users/types.js";
import { isOwner } from "./token-owner.js";
import type { TokenType } from "./token-type.js";

/**
 * Prepares an existing token for another enrollment, and locks it until the transaction ends. Undefined if the token
 * does not exist.
 *
 * @throws {MfaError} TOKEN_REFUSED if it has a different type or owner, or was revoked
 */
export async function reenrolled(
  trx: Kysely<DomainSchema>,
  { serial, type, user }: { readonly serial: string; readonly type: TokenType; readonly user: UserRecord | null },
  selfService: boolean,
): Promise<Selectable<TokenTable> | undefined> {
  // an update without a change locks the row on both databases
  const row = await trx
    .updateTable("token")
    .set((token) => ({ description: token.ref("description") }))
    .where("serial", "=", serial)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const token = `The token ${JSON.stringify(serial)}`;
  if (row.type !== type.type) throw tokenError(`${token} is of type ${row.type}, not ${type.type}.`);
  if (row.revoked === 1) throw tokenError(`${token} was revoked.`);
  if (user !== null && row.owner_id !== null && !isOwner(row, user)) {
    throw tokenError(`${token} belongs to another user.`);
  }
  // if users enroll their own token again, only the secret and its settings are replaced: limits, counts and everything
  // else that an administrator has set are kept
  await trx
    .deleteFrom("token_info")
    .where("token_id", "=", row.id)
    .where("key", "!=", "assignment_date")
    .$if(selfService, (query) => query.where("key", "in", [...enrolmentFields]))
    .execute();
  await trx.deleteFrom("challenge").where("serial", "=", serial).execute();
  return row;
}

/** Tokeninfo fields that the server writes when a token is enrolled or used. Limits are not among them. */
const enrolmentFields = [
  "creation_date",
  "tokenkind",
  "last_auth",
  "hashlib",
  "timeStep",
  "timeShift",
  "timeWindow",
  "2step_clientsize",
  "2step_difficulty",
  "otp_list_length",
  "unused_tans",
  "service_id",
  "email",
  "phone",
  "dynamic_email",
  "dynamic_phone",
  "email.identifier",
  "sms.identifier",
  "public_key_smartphone",
  "public_key_server",
  "last_poll",
  "firebase_token",
] as const;
