import { transactTogether } from "@bookend/store-sql";
import type { ExpressionBuilder } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import type { StoredToken } from "../tokens/stored-token.js";
import { addToInfo, writeInfo } from "../tokens/token-info.js";
import type { Match } from "../tokens/token-type.js";
import { formatInstant } from "../values/instant.js";

/** Writes down how attempts ended. */
export interface AttemptRecords {
  /**
   * Uses up the OTP and the challenge, in one transaction: of several attempts with the same one, one succeeds.
   * False if another was faster, or the token was locked or disabled in the meantime.
   */
  accept(token: StoredToken, match: Match, transactionId?: string): Promise<boolean>;
  /** Uses up an OTP that was right although the token must not be used, so that it is of no use later either. */
  burn(token: StoredToken, match: Match): Promise<void>;
  /** Counts a failure of each of these tokens. */
  fail(tokens: readonly StoredToken[]): Promise<void>;
}

/** The same as `refusalOf` says of active, revoked and locked tokens, asked at the moment of use. */
const isUsable = (id: number) => (token: ExpressionBuilder<DomainSchema, "token">) =>
  token.and([
    token("id", "=", id),
    token("active", "=", 1),
    token("revoked", "=", 0),
    token("fail_count", "<", token.ref("max_fail_count")),
  ]);

/** Someone else was faster; rolls the transaction back. */
class AlreadyUsed extends Error {}

/** Writes into the tokens and their tokeninfo. */
export function createAttemptRecords({ clock, db, dialect }: DomainContext): AttemptRecords {
  return {
    async accept({ row }, match, transactionId) {
      const use = transactTogether({ db, dialect }, async (trx) => {
        await trx
          .updateTable("container")
          .set({ last_authentication: clock().getTime() })
          .where("id", "in", (from) =>
            from.selectFrom("container_token").select("container_id").where("token_id", "=", row.id),
          )
          .execute();
        const used = match.deletesToken
          ? await trx.deleteFrom("token").where(isUsable(row.id)).returning("id").execute()
          : await trx
              .updateTable("token")
              .set({ fail_count: 0, ...(match.counter === undefined ? {} : { counter: match.counter }) })
              .where(isUsable(row.id))
              .$if(match.counter !== undefined, (query) => query.where("counter", "=", row.counter))
              .returning("id")
              .execute();
        if (used.length === 0) throw new AlreadyUsed();
        if (transactionId !== undefined) {
          const answered = await trx
            .deleteFrom("challenge")
            .where("transaction_id", "=", transactionId)
            .executeTakeFirst();
          if (answered.numDeletedRows === 0n) throw new AlreadyUsed();
        }
        if (match.deletesToken) return true;
        await addToInfo({ db: trx, dialect }, { ids: [row.id] }, "count_auth", 1);
        await addToInfo({ db: trx, dialect }, { ids: [row.id] }, "count_auth_success", 1);
        await writeInfo(trx, [row.id], { ...match.info, last_auth: formatInstant(clock()) });
        return true;
      });
      return use.catch((error: unknown) => {
        if (error instanceof AlreadyUsed) return false;
        throw error;
      });
    },
    async burn({ row }, { counter, info = {} }) {
      if (counter === undefined) return;
      await transactTogether({ db, dialect }, async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable("token")
          .set({ counter })
          .where("id", "=", row.id)
          .where("counter", "=", row.counter)
          .executeTakeFirst();
        if (numUpdatedRows > 0n) await writeInfo(trx, [row.id], info);
      });
    },
    async fail(tokens) {
      const ids = tokens.map(({ row }) => row.id);
      await transactTogether({ db, dialect }, async (trx) => {
        await trx
          .updateTable("token")
          .set((token) => ({ fail_count: token("fail_count", "+", 1) }))
          .where("id", "in", ids)
          .whereRef("fail_count", "<", "max_fail_count")
          .execute();
        await addToInfo({ db: trx, dialect }, { ids }, "count_auth", 1);
      });
    },
  };
}
