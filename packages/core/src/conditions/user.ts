import { mapMaybe } from "../contracts/maybe-promise.js";
import { defineCondition } from "../definitions/condition.js";
import type { CallUser } from "../facts/call-user.js";
import { choice } from "../values/choice.js";
import { comparison, fulfils } from "../values/comparison.js";
import { comparableField, fieldIndex, keyComparison } from "../values/key-comparison.js";
import { nameIndex, nameSet } from "../values/name-set.js";
import { fieldOf } from "./own-value.js";

const realmOf = (user: CallUser | null) => user?.realm;
const resolverOf = (user: CallUser | null) => user?.resolver;
const countOf = (count: number | null) => count ?? undefined;

/** Role of the logged-in caller, as the host names it. Unknown if nobody is logged in. */
export const actorRole = actorRoleAmong(undefined);

/**
 * Creates the condition {@link actorRole} for the roles that a host declares; bindings with other roles are refused.
 * Undefined allows any role.
 */
export function actorRoleAmong(roles: readonly string[] | undefined) {
  return defineCondition({
    name: "actor_role",
    group: "user",
    description: "The logged-in caller has one of these roles.",
    value: nameSet({ of: "roles", choices: roles }),
    actual: ({ call }) => call.actor && (call.actor.role ?? "user"),
    matches: (wanted, role) => wanted.has(role),
    index: nameIndex,
  });
}

/** Login name of the logged-in caller. Unknown if nobody is logged in. */
export const actor = defineCondition({
  name: "actor",
  group: "user",
  description: "The logged-in caller has one of these login names.",
  value: nameSet({ of: "login names" }),
  actual: ({ call }) => call.actor?.username,
  matches: (names, login) => names.has(login),
  index: nameIndex,
});

/** Role of the logged-in user. If nobody is logged in, or the user is not an admin, the role is `user`. */
export const loggedInUser = defineCondition({
  name: "logged_in_user",
  group: "user",
  description: "The logged-in caller has this role; without a login, the role is user.",
  value: choice(["admin", "user"]),
  actual: ({ call }) => (call.actor?.role === "admin" ? "admin" : "user"),
  matches: (wanted, role) => wanted === role,
  index: { keysOf: (wanted) => [wanted], keysIn: (role) => role },
});

/** Realm of the call's user. */
export const realm = defineCondition({
  name: "realm",
  group: "user",
  description: "The user is in one of these realms.",
  value: nameSet({ of: "realms", choices: ({ users }) => users?.realms?.() }),
  needs: ["users"],
  actual: (facts) => mapMaybe(facts.user(), realmOf),
  matches: (realms, actual) => realms.has(actual),
  index: nameIndex,
});

/** Resolver of the call's user. */
export const resolver = defineCondition({
  name: "resolver",
  group: "user",
  description: "The user is in one of these resolvers.",
  value: nameSet({ of: "resolvers", choices: ({ users }) => users?.resolvers?.() }),
  needs: ["users"],
  actual: (facts) => mapMaybe(facts.user(), resolverOf),
  matches: (resolvers, actual) => resolvers.has(actual),
  index: nameIndex,
});

/** An attribute of the call's user. Unknown if the user does not have it. */
export const userInfo = defineCondition({
  name: "user_info",
  group: "user",
  description: "An attribute of the user fulfills this comparison.",
  value: keyComparison(),
  needs: ["users"],
  actual: (facts, wanted) =>
    mapMaybe(facts.user(), (user) => comparableField(wanted, user ? fieldOf(user.attributes, wanted.key) : undefined)),
  matches: (wanted, attribute, facts) => wanted.test(attribute, facts),
  index: fieldIndex,
});

/** The number of tokens of the call's user. Unknown without a user, which counts as fulfilled. */
export const userTokenNumber = defineCondition({
  name: "user_token_number",
  group: "user",
  description: "The number of the user's tokens fulfills this comparison. Also fulfilled without a user.",
  value: comparison(),
  needs: ["users", "tokens"],
  actual: (facts) => mapMaybe(facts.userTokenCount(), countOf),
  matches: fulfils,
  whenUnknown: "fulfilled",
});

/** The number of containers of the call's user. Unknown without a user, which counts as fulfilled. */
export const userContainerNumber = defineCondition({
  name: "user_container_number",
  group: "user",
  description: "The number of the user's containers fulfills this comparison. Also fulfilled without a user.",
  value: comparison(),
  needs: ["users", "containers"],
  actual: (facts) => mapMaybe(facts.userContainerCount(), countOf),
  matches: fulfils,
  whenUnknown: "fulfilled",
});
