import type { Token } from "../contracts/directories.js";
import { mapMaybe } from "../contracts/maybe-promise.js";
import { defineCondition } from "../definitions/condition.js";
import type { CallUser } from "../facts/call-user.js";
import type { FactsOf } from "../facts/facts-of.js";
import { duration } from "../values/duration.js";
import { flag, flagIndex } from "../values/flag.js";
import { readInstant } from "../values/instant.js";
import { comparableField, fieldIndex, keyComparison } from "../values/key-comparison.js";
import { nameIndex, nameSet, namesIndex } from "../values/name-set.js";
import { pattern } from "../values/pattern.js";
import { text } from "../values/text.js";
import { includesAny, listed } from "./names.js";
import { fieldOf } from "./own-value.js";

const typeOf = (token: Token | null) => token?.type;
const hasOwner = (token: Token | null) => (token ? token.owner !== null : undefined);
const isOrphaned = (owner: CallUser | null) => owner?.exists === false;
const realmsOf = (token: Token | null) => listed(token?.realms);
const rolloutStateOf = (token: Token | null) => (token ? token.rolloutState || "enrolled" : undefined);

/** Type of the token. */
export const tokentype = defineCondition({
  name: "tokentype",
  group: "token",
  description: "The token is of one of these types.",
  value: nameSet({ of: "token types", choices: ({ tokens }) => tokens?.types?.() }),
  needs: ["tokens"],
  actual: (facts) => mapMaybe(facts.token(), typeOf),
  matches: (types, type) => types.has(type),
  index: nameIndex,
});

/**
 * Realms of the token, not of its owner. Unknown without a token and for a token in no realm, which counts as
 * fulfilled.
 */
export const tokenrealm = defineCondition({
  name: "tokenrealm",
  group: "token",
  description: "The token is in one of these realms. Also fulfilled without a token, and for one in no realm.",
  value: nameSet({ of: "realms", choices: ({ users }) => users?.realms?.() }),
  needs: ["tokens"],
  actual: (facts) => mapMaybe(facts.token(), realmsOf),
  matches: includesAny,
  whenUnknown: "fulfilled",
  index: namesIndex,
});

/** Resolvers of the token's realms. Unknown without resolvers, which counts as fulfilled. */
export const tokenresolver = defineCondition({
  name: "tokenresolver",
  group: "token",
  description: "A realm of the token has one of these resolvers. Also fulfilled if it has none.",
  value: nameSet({ of: "resolvers", choices: ({ users }) => users?.resolvers?.() }),
  needs: ["tokens", "users"],
  actual: (facts) => mapMaybe(facts.tokenResolvers(), listed),
  matches: includesAny,
  whenUnknown: "fulfilled",
  index: namesIndex,
});

/**
 * The serial that the call names, otherwise that of the user's only token. Unknown if there is no serial, or more than
 * one, which counts as fulfilled.
 */
export const serial = defineCondition({
  name: "serial",
  group: "token",
  description: "The serial begins with a match of this regular expression. Also fulfilled without a serial.",
  value: pattern("at the start"),
  // needs no directory if the call names a serial, so hosts without tokens can use it
  actual: (facts) => facts.serial(),
  matches: (wanted, actual) => wanted.test(actual),
  whenUnknown: "fulfilled",
});

/** Whether the token is assigned to a user, whether or not the user still exists. */
export const tokenHasOwner = defineCondition({
  name: "token_has_owner",
  group: "token",
  description: "Whether the token is assigned to a user.",
  value: flag(),
  needs: ["tokens"],
  actual: (facts) => mapMaybe(facts.token(), hasOwner),
  matches: (wanted, actual) => wanted === actual,
  index: flagIndex,
});

/** Whether the token is assigned to a user who no longer exists. */
export const tokenIsOrphaned = defineCondition({
  name: "token_is_orphaned",
  group: "token",
  description: "Whether the token is assigned to a user who no longer exists.",
  value: flag(),
  needs: ["tokens", "users"],
  actual: (facts) => mapMaybe(facts.token(), (token) => (token ? mapMaybe(facts.tokenOwner(), isOrphaned) : undefined)),
  matches: (wanted, actual) => wanted === actual,
});

/**
 * Whether the token's failcount has reached its maximum. If the call names no serial, but a user with several tokens:
 * whether the failcount of any of these tokens has.
 */
export const tokenLocked = defineCondition({
  name: "token_locked",
  group: "token",
  description:
    "Whether the token is locked because of failed attempts. If the user has several tokens: whether any of them is locked.",
  value: flag(),
  needs: ["tokens"],
  // a call that names several serials has no single token, so the condition is unknown
  actual: (facts) =>
    facts.namedSerial?.includes(",") ? mapMaybe(facts.token(), lockOf) : mapMaybe(facts.tokens(), anyLocked),
  matches: (wanted, actual) => wanted === actual,
});

/** Whether the current time is within the token's validity period. Unknown if the period cannot be parsed. */
export const tokenValidityPeriod = defineCondition({
  name: "token_validity_period",
  group: "token",
  description: "Whether the current time is within the token's validity period.",
  value: flag(),
  needs: ["tokens"],
  actual: (facts) => mapMaybe(facts.token(), (token) => (token ? isValidNow(token, facts) : undefined)),
  matches: (wanted, actual) => wanted === actual,
});

/** Whether the token is in a container. */
export const tokenIsInContainer = defineCondition({
  name: "token_is_in_container",
  group: "token",
  description: "Whether the token is in a container.",
  value: flag(),
  needs: ["tokens", "containers"],
  actual: (facts) =>
    mapMaybe(facts.token(), (token) =>
      token ? mapMaybe(facts.tokenContainer(), (container) => container !== null) : undefined,
    ),
  matches: (wanted, actual) => wanted === actual,
});

/** A tokeninfo field. Unknown if the token does not have the field. */
export const tokeninfo = defineCondition({
  name: "tokeninfo",
  group: "token",
  description: "A tokeninfo field fulfills this comparison.",
  value: keyComparison(),
  needs: ["tokens"],
  actual: (facts, wanted) =>
    mapMaybe(facts.token(), (token) => comparableField(wanted, token ? fieldOf(token.info, wanted.key) : undefined)),
  matches: (wanted, field, facts) => wanted.test(field, facts),
  index: fieldIndex,
});

/** The rollout state; an empty one is the same as `enrolled`. */
export const rolloutState = defineCondition({
  name: "rollout_state",
  group: "token",
  description: "The token has this rollout state; empty and enrolled are the same.",
  value: text({
    allowed: "a rollout state, such as clientwait; empty means enrolled",
    choices: ["enrolled", "clientwait", "verify", "pending", "failed", "denied", "broken"],
    whenEmpty: "enrolled",
  }),
  needs: ["tokens"],
  actual: (facts) => mapMaybe(facts.token(), rolloutStateOf),
  matches: (wanted, actual) => wanted === actual,
  index: { keysOf: (wanted) => [wanted], keysIn: (actual) => actual },
});

/** Time since the last successful authentication. Unknown if there was none, or if its time cannot be parsed. */
export const lastAuth = defineCondition({
  name: "last_auth",
  group: "token",
  description: "The last successful authentication with the token is longer ago than this.",
  value: duration(),
  needs: ["tokens"],
  actual: (facts) => mapMaybe(facts.token(), lastAuthOf),
  matches: (age, last, facts) => facts.now.getTime() - last.getTime() > age,
});

function lockOf(token: Token | null): boolean | undefined {
  return token ? token.failCount >= token.maxFailCount : undefined;
}

function anyLocked(tokens: readonly Token[]): boolean | undefined {
  return tokens.length === 0 ? undefined : tokens.some(lockOf);
}

function isValidNow({ info }: Token, { now }: FactsOf<never>): boolean | undefined {
  const start = boundOf(info, "validity_period_start", Number.NEGATIVE_INFINITY);
  const end = boundOf(info, "validity_period_end", Number.POSITIVE_INFINITY);
  if (start === undefined || end === undefined) return undefined;
  return start <= now.getTime() && now.getTime() <= end;
}

function boundOf(info: Token["info"], key: string, open: number): number | undefined {
  const stored = fieldOf(info, key);
  return stored ? readInstant(stored) : open;
}

function lastAuthOf(token: Token | null): Date | undefined {
  const stored = token && fieldOf(token.info, "last_auth");
  const instant = stored ? readInstant(stored) : undefined;
  return instant === undefined ? undefined : new Date(instant);
}
