import { problemMessage } from "@bookend/core";
import type { Transaction } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import { lockOwner } from "../database/lock-owner.js";
import type { DomainSchema } from "../database/schema.js";
import { MfaError } from "../errors/mfa-error.js";

/** Refuses a token that would exceed the user's limit, in the transaction that adds it. */
export type TokenCap = (
  trx: Transaction<DomainSchema>,
  user: { readonly resolver: string; readonly uid: string },
) => Promise<void>;

/**
 * Creates the limit on the number of tokens that users can enroll themselves. Tokens are counted under a lock, so that
 * concurrent enrollments cannot exceed the limit.
 */
export function createTokenCap({ dialect }: Pick<DomainContext, "dialect">, maxTokensPerUser: number): TokenCap {
  return async (trx, user) => {
    await lockOwner(trx, dialect, user);
    const { count } = await trx
      .selectFrom("token")
      .select((token) => token.fn.countAll<number>().as("count"))
      .where("owner_resolver", "=", user.resolver)
      .where("owner_id", "=", user.uid)
      .executeTakeFirstOrThrow();
    if (Number(count) < maxTokensPerUser) return;
    throw new MfaError("LIMIT_REACHED", problemMessage(`The user has ${count} tokens`, `up to ${maxTokensPerUser}`));
  };
}
