import { ask, jsonParameter, type Steps, writeTogether } from "@bookend/store-sql";
import type { DomainContext } from "../database/domain-context.js";
import type { StoredToken } from "../tokens/stored-token.js";
import type { Match } from "../tokens/token-type.js";
import { formatInstant } from "../values/instant.js";
import {
  burnCounter,
  countAttempts,
  countSuccess,
  deleteChallenge,
  deleteToken,
  failTokens,
  setInfo,
  touchContainer,
  useCounter,
  useToken,
} from "./attempt-statements.js";
import { createTokenUses } from "./token-uses.js";

/** Records the results of attempts. */
export interface AttemptRecords {
  /**
   * Uses up the OTP and the challenge in one transaction, so that only one of several attempts with the same OTP or
   * challenge succeeds. Returns false if another attempt was faster, or if the token was locked, disabled or revoked in
   * the meantime.
   */
  accept(token: StoredToken, match: Match, transactionId?: string): Promise<boolean>;
  /** Uses up a correct OTP of a token that may not be used, so that it cannot be used later either. */
  burn(token: StoredToken, match: Match): Promise<void>;
  /** Counts a failure of each of these tokens. */
  fail(tokens: readonly StoredToken[]): Promise<void>;
}

/** Signals that another attempt was faster; rolls the transaction back. */
class AlreadyUsed extends Error {}

/** Records results in tokens and their tokeninfo. */
export function createAttemptRecords(context: Pick<DomainContext, "clock" | "db" | "dialect">): AttemptRecords {
  const { clock, db, dialect } = context;
  const database = { db, dialect };
  const useOnPostgres = createTokenUses(context);

  /**
   * Uses a token. The statement for this is usually the first one, so that there is nothing to roll back if the token
   * may not be used.
   */
  function* use({ row }: StoredToken, match: Match, transactionId: string | undefined): Steps<boolean> {
    const { id } = row;
    const now = clock().getTime();
    // the container is updated before the token is deleted, since a deleted token is no longer in a container
    if (match.deletesToken) yield* ask(touchContainer, { id, now });
    const used = match.deletesToken
      ? yield* ask(deleteToken, { id })
      : match.counter === undefined
        ? yield* ask(useToken, { id })
        : yield* ask(useCounter, { id, counter: match.counter, from: row.counter });
    if (used.changes === 0) throw new AlreadyUsed();
    if (transactionId !== undefined) {
      const { changes } = yield* ask(deleteChallenge, { transactionId });
      if (changes === 0) throw new AlreadyUsed();
    }
    if (match.deletesToken) return true;
    yield* ask(touchContainer, { id, now });
    yield* ask(countSuccess, { id, lastAuth: formatInstant(clock()) });
    yield* setFields(id, match.info);
    return true;
  }

  return {
    async accept(token, match, transactionId) {
      if (dialect === "postgres" && transactionId === undefined && !match.deletesToken) {
        const { counter = null, info = {} } = match;
        return useOnPostgres({ id: token.row.id, counter, from: counter === null ? null : token.row.counter, info });
      }
      try {
        return await writeTogether(database, () => use(token, match, transactionId));
      } catch (error) {
        if (error instanceof AlreadyUsed) return false;
        throw error;
      }
    },
    async burn({ row }, { counter, info }) {
      if (counter === undefined) return;
      await writeTogether(database, function* () {
        const { changes } = yield* ask(burnCounter, { id: row.id, counter, from: row.counter });
        if (changes > 0) yield* setFields(row.id, info);
      });
    },
    async fail(tokens) {
      const ids = jsonParameter(tokens.map(({ row }) => row.id));
      await writeTogether(database, function* () {
        yield* ask(failTokens, { ids });
        yield* ask(countAttempts, { ids });
      });
    },
  };
}

function* setFields(id: number, info: Match["info"] = {}): Steps<void> {
  for (const [key, value] of Object.entries(info)) yield* ask(setInfo, { id, key, value });
}
