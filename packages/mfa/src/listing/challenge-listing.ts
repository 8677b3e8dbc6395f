import type { Challenge } from "@bookend/core";
import type { ApiCall } from "../access/api-call.js";
import type { ChallengeService } from "../authentication/types.js";
import { pageOf } from "../values/paging.js";
import { pageParameters, wantedPage } from "./list-parameters.js";

/** Return the value by which a challenge is sorted, by the names of the columns in the API. */
const sortColumns = {
  timestamp: ({ createdAt }: Challenge) => createdAt.getTime(),
  expiration: ({ expiresAt }: Challenge) => expiresAt.getTime(),
  serial: ({ serial }: Challenge) => serial,
  transaction_id: ({ transactionId }: Challenge) => transactionId,
} as const;

/** Parameters of `GET /token/challenges/`. */
export const challengeListParameters = ["serial", "transaction_id", ...pageParameters] as const;

/**
 * Returns `value` of `GET /token/challenges/`: a page of challenges, newest first unless `sortby` says otherwise.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export async function challengePage(challenges: ChallengeService, { parameters }: ApiCall) {
  const wanted = wantedPage<(typeof sortColumns)[keyof typeof sortColumns]>(parameters, sortColumns);
  const found = await challenges.list({
    serial: parameters.text("serial"),
    transactionId: parameters.text("transaction_id"),
  });
  const { items, count, current, previous: prev, next } = pageOf(sorted(found, wanted), wanted);
  return { count, current, prev, next, challenges: items.map(describeChallenge) };
}

function sorted(
  challenges: readonly Challenge[],
  {
    sortBy,
    descending,
  }: { readonly sortBy: ((of: Challenge) => string | number) | undefined; readonly descending: boolean },
): readonly Challenge[] {
  if (sortBy === undefined) return challenges;
  const sign = descending ? -1 : 1;
  return [...challenges].sort((a, b) => (sortBy(a) < sortBy(b) ? -sign : sortBy(a) > sortBy(b) ? sign : 0));
}

function describeChallenge(challenge: Challenge) {
  return {
    transaction_id: challenge.transactionId,
    serial: challenge.serial,
    session: challenge.session,
    data: challenge.data,
    timestamp: challenge.createdAt.toISOString(),
    expiration: challenge.expiresAt.toISOString(),
  };
}
