import { problemMessage } from "@bookend/core";
import { transactTogether } from "@bookend/store-sql";
import type { Transaction } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import { lockOwner } from "../database/lock-owner.js";
import type { DomainSchema } from "../database/schema.js";
import { MfaError } from "../errors/mfa-error.js";
import { digits, randomText } from "../secrets/random.js";
import type { CodeSender } from "../senders/code-sender.js";
import { tokenTypes } from "../token-types/token-types.js";
import type { StoredToken } from "../tokens/stored-token.js";
import type { Challenges } from "./challenges.js";
import type { AuthenticationDetail, ChallengeDetail } from "./types.js";

const transactionIdDigits = 20;

/** Maximum number of codes sent for one token within a minute. */
const codesPerMinute = 5;

/**
 * Opens a challenge for each of these tokens, with the same transaction ID, and then sends the codes. All tokens belong
 * to one user, or there is a single token without an owner. A token whose code cannot be sent, or to which too many
 * codes were sent within a minute, is left out. Returns the details of the challenges, or null if no token is left.
 *
 * @throws {MfaError} LIMIT_REACHED if the user would have too many open challenges
 */
export type OpenChallenges = (tokens: readonly StoredToken[]) => Promise<AuthenticationDetail | null>;

/** A token with an open challenge, and the code to send; null if no code is sent. */
interface Opened {
  readonly token: StoredToken;
  readonly answer: string | null;
}

/** Creates the function that stores challenges in the database and sends their codes. */
export function createChallengeOpening(
  { clock, db, dialect, random, logger }: DomainContext,
  {
    challenges,
    sender,
    maxChallengesPerUser,
  }: { challenges: Challenges; sender: CodeSender; maxChallengesPerUser: number },
): OpenChallenges {
  /** Stores the challenges while no other transaction may open one for the same user. */
  const storeChallenges = async (
    trx: Transaction<DomainSchema>,
    tokens: readonly StoredToken[],
    transactionId: string,
  ): Promise<readonly Opened[]> => {
    await checkNumber(trx, tokens);
    const opened: Opened[] = [];
    for (const token of tokens) {
      const { serial, type, otp_length } = token.row;
      const { send, outOfBand } = tokenTypes.require(type);
      const answer = send === undefined ? null : randomText(random, digits, otp_length);
      const minuteAgo = new Date(clock().getTime() - 60_000);
      if (answer !== null && (await challenges.openedSince(trx, serial, minuteAgo)) >= codesPerMinute) {
        logger.warn(
          { serial, type },
          "The code of a challenge was not sent, since too many were sent for the token within a minute.",
        );
        continue;
      }
      await challenges.open(trx, { transactionId, serial, answer, data: outOfBand?.challenge(random) ?? "" });
      opened.push({ token, answer });
    }
    return opened;
  };

  const deliver = async ({ token, answer }: Opened, transactionId: string): Promise<ChallengeDetail | null> => {
    const { serial, type } = token.row;
    const { prompt, send, outOfBand } = tokenTypes.require(type);
    try {
      if (answer !== null) await send?.(sender, token, answer);
    } catch (error) {
      await challenges.withdraw(transactionId, serial);
      // the message of the error is not logged, since it may contain the code
      const reason = error instanceof Error ? error.name : typeof error;
      logger.warn(
        { serial, type, error: reason, code: errorCode(error) },
        "The code of a challenge could not be sent.",
      );
      return null;
    }
    return {
      serial,
      type,
      message: prompt,
      transaction_id: transactionId,
      client_mode: outOfBand === undefined ? "interactive" : "poll",
      attributes: null,
      image: "",
    };
  };

  /**
   * Refuses challenges beyond the limit of their owner, even if several transactions open challenges at the same time.
   */
  const checkNumber = async (trx: Transaction<DomainSchema>, tokens: readonly StoredToken[]): Promise<void> => {
    const [first] = tokens;
    if (first === undefined) return;
    const { owner_id, owner_resolver, serial } = first.row;
    await lockOwner(trx, dialect, owner_id === null ? { serial } : { resolver: owner_resolver ?? "", uid: owner_id });
    const { count } = await trx
      .selectFrom("challenge")
      .innerJoin("token", "token.serial", "challenge.serial")
      .select((challenge) => challenge.fn.countAll<number>().as("count"))
      .where("challenge.expires_at", ">", clock().getTime())
      .$if(owner_id === null, (query) => query.where("token.serial", "=", serial))
      .$if(owner_id !== null, (query) =>
        query.where("token.owner_id", "=", owner_id).where("token.owner_resolver", "=", owner_resolver),
      )
      .executeTakeFirstOrThrow();
    if (Number(count) + tokens.length <= maxChallengesPerUser) return;
    throw new MfaError(
      "LIMIT_REACHED",
      problemMessage(
        "The user has too many open challenges",
        `up to ${maxChallengesPerUser}; they close when they are answered or expire`,
      ),
    );
  };

  return async (tokens) => {
    if (tokens.length === 0) return null;
    await challenges.clear();
    const transactionId = randomText(random, digits, transactionIdDigits);
    const stored = await transactTogether({ db, dialect }, (trx) => storeChallenges(trx, tokens, transactionId));
    const opened = await Promise.all(stored.map((each) => deliver(each, transactionId)));
    const details = opened.filter((detail) => detail !== null);
    const [first] = details;
    if (first === undefined) return null;
    return {
      message: [...new Set(details.map((detail) => detail.message))].join(", "),
      messages: details.map((detail) => detail.message),
      transaction_id: transactionId,
      transaction_ids: details.map(() => transactionId),
      multi_challenge: details,
      serial: first.serial,
      type: first.type,
      client_mode: first.client_mode,
      preferred_client_mode: details.some(isInteractive) ? "interactive" : first.client_mode,
      attributes: first.attributes,
      image: first.image,
    };
  };
}

/** Returns whether users type the response to a challenge into the login form. This mode is preferred to polling. */
const isInteractive = ({ client_mode }: ChallengeDetail): boolean => client_mode === "interactive";

function errorCode(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
