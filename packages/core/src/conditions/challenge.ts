import type { Challenge } from "../contracts/directories.js";
import { mapMaybe } from "../contracts/maybe-promise.js";
import { defineCondition } from "../definitions/condition.js";
import { flag } from "../values/flag.js";
import { pattern } from "../values/pattern.js";

const sessionOf = (challenge: Challenge | null) => challenge?.session;

/** Session of the call's challenge. Unknown unless the call has exactly one challenge. */
export const challengeSession = defineCondition({
  name: "challenge_session",
  group: "challenge",
  description: "The session of the challenge begins with a match of this regular expression.",
  value: pattern("at the start"),
  needs: ["challenges"],
  actual: (facts) => mapMaybe(facts.challenge(), sessionOf),
  matches: (wanted, session) => wanted.test(session),
});

/** Whether the call's challenge has expired. Unknown unless the call has exactly one challenge. */
export const challengeExpired = defineCondition({
  name: "challenge_expired",
  group: "challenge",
  description: "Whether the challenge has expired.",
  value: flag(),
  needs: ["challenges"],
  actual: (facts) =>
    mapMaybe(facts.challenge(), (challenge) =>
      challenge ? challenge.expiresAt.getTime() <= facts.now.getTime() : undefined,
    ),
  matches: (wanted, actual) => wanted === actual,
});
