import type { UserRef } from "@bookend/core";
import type { DomainContext } from "../database/domain-context.js";
import { tokenError } from "../errors/mfa-error.js";
import type { UserService } from "../users/types.js";
import { type Parameters, textParameter } from "../values/parameters.js";
import { pinHashOf } from "./pin.js";
import { keyContext, loadTokens, openKey } from "./stored-token.js";
import { isOwner } from "./token-owner.js";
import type { TokenTypes } from "./token-type.js";
import { isTwoStep, joinKeys } from "./two-step.js";
import type { InitDetail } from "./types.js";

/**
 * Creates a function that performs the second step of an enrollment if a token with this serial waits for the app's
 * part of its key, and returns undefined otherwise.
 *
 * @throws {MfaError} PARAMETER_INVALID, TOKEN_REFUSED
 */
export function createSecondStep(
  { db, passwords, vault }: Pick<DomainContext, "db" | "passwords" | "vault">,
  { users, types }: { readonly users: UserService; readonly types: TokenTypes },
) {
  return async (parameters: Parameters, userRef?: UserRef): Promise<InitDetail | undefined> => {
    const type = types.require(textParameter(parameters, "type") ?? "hotp");
    const serial = textParameter(parameters, "serial");
    if (!type.twoStep || serial === undefined || isTwoStep(parameters)) return undefined;
    const query = db
      .selectFrom("token")
      .selectAll()
      .where("serial", "=", serial)
      .where("type", "=", type.type)
      .where("rollout_state", "=", "clientwait");
    const [token] = await loadTokens(db, query);
    if (token === undefined) return undefined;
    const { row } = token;
    const user = userRef === undefined ? null : await users.require(userRef);
    if (user !== null && !isOwner(row, user))
      throw tokenError(`The token ${JSON.stringify(serial)} belongs to another user.`);
    const key = await joinKeys(token, openKey(vault, token), parameters);
    const pinHash = await pinHashOf(passwords, textParameter(parameters, "pin"));
    const { numUpdatedRows } = await db
      .updateTable("token")
      .set({
        key_sealed: vault.seal(key, keyContext(serial)),
        rollout_state: "enrolled",
        ...(pinHash === undefined ? {} : { pin_hash: pinHash }),
      })
      .where("id", "=", row.id)
      // no longer matches if the app's part came twice, or the token was enrolled again
      .where("key_sealed", "=", row.key_sealed)
      .executeTakeFirst();
    if (numUpdatedRows === 0n)
      throw tokenError(`The token ${JSON.stringify(serial)} is being enrolled by another request.`);
    return { serial, rollout_state: "enrolled" };
  };
}
