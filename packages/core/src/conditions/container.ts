import type { Container } from "../contracts/directories.js";
import { mapMaybe } from "../contracts/maybe-promise.js";
import { defineCondition } from "../definitions/condition.js";
import { duration } from "../values/duration.js";
import { flag, flagIndex } from "../values/flag.js";
import { comparableField, fieldIndex, keyComparison } from "../values/key-comparison.js";
import { nameSet } from "../values/name-set.js";
import { text } from "../values/text.js";
import { includesAll, includesAny } from "./names.js";
import { fieldOf } from "./own-value.js";

const states = nameSet({ of: "states", choices: ["active", "disabled", "lost", "damaged"] });

const typeOf = (container: Container | null) => container?.type;
const statesOf = (container: Container | null) => container?.states;
const realmsOf = (container: Container | null) => container?.realms;
const resolversOf = (container: Container | null) => container?.owners.map(({ resolver }) => resolver);
const hasOwner = (container: Container | null) => (container ? container.owners.length > 0 : undefined);
const hasToken = (container: Container | null) => (container ? container.tokens.length > 0 : undefined);
const authenticationOf = (container: Container | null) => container?.lastAuthentication ?? undefined;
const synchronizationOf = (container: Container | null) => container?.lastSynchronization ?? undefined;

/** The container has all of the wanted states; it may have other states too. */
export const containerState = defineCondition({
  name: "container_state",
  group: "container",
  description: "The container is in all of these states; it may be in others too.",
  value: states,
  needs: ["containers"],
  actual: (facts) => mapMaybe(facts.container(), statesOf),
  matches: includesAll,
});

/** The container has exactly the wanted states. */
export const containerExactState = defineCondition({
  name: "container_exact_state",
  group: "container",
  description: "The container is in exactly these states.",
  value: states,
  needs: ["containers"],
  actual: (facts) => mapMaybe(facts.container(), statesOf),
  matches: (wanted, actual) => includesAll(wanted, actual) && actual.every((state) => wanted.has(state)),
});

/** Whether the container is assigned to a user. */
export const containerHasOwner = defineCondition({
  name: "container_has_owner",
  group: "container",
  description: "Whether the container is assigned to a user.",
  value: flag(),
  needs: ["containers"],
  actual: (facts) => mapMaybe(facts.container(), hasOwner),
  matches: (wanted, actual) => wanted === actual,
  index: flagIndex,
});

/** Type of the container. */
export const containerType = defineCondition({
  name: "container_type",
  group: "container",
  description: "The container is of this type.",
  value: text({
    allowed: "a container type, such as smartphone",
    choices: ({ containers }) => containers?.types?.(),
  }),
  needs: ["containers"],
  actual: (facts) => mapMaybe(facts.container(), typeOf),
  matches: (wanted, actual) => wanted === actual,
  index: { keysOf: (wanted) => [wanted], keysIn: (actual) => actual },
});

/** Whether there is a token in the container. */
export const containerHasToken = defineCondition({
  name: "container_has_token",
  group: "container",
  description: "Whether the container has at least one token.",
  value: flag(),
  needs: ["containers"],
  actual: (facts) => mapMaybe(facts.container(), hasToken),
  matches: (wanted, actual) => wanted === actual,
  index: flagIndex,
});

/** Realms of the container; a container in no realm fulfills the condition. */
export const containerRealm = defineCondition({
  name: "container_realm",
  group: "container",
  description: "The container is in one of these realms. Also fulfilled if it is in none.",
  value: nameSet({ of: "realms", choices: ({ users }) => users?.realms?.() }),
  needs: ["containers"],
  actual: (facts) => mapMaybe(facts.container(), realmsOf),
  matches: includesAnyOrNone,
});

/** Resolvers of the container's owners; a container without an owner fulfills the condition. */
export const containerResolver = defineCondition({
  name: "container_resolver",
  group: "container",
  description: "An owner of the container is in one of these resolvers. Also fulfilled if it has no owner.",
  value: nameSet({ of: "resolvers", choices: ({ users }) => users?.resolvers?.() }),
  needs: ["containers"],
  actual: (facts) => mapMaybe(facts.container(), resolversOf),
  matches: includesAnyOrNone,
});

/** A field of the container's info. Unknown if the container does not have the field. */
export const containerInfo = defineCondition({
  name: "container_info",
  group: "container",
  description: "An info field of the container fulfills this comparison.",
  value: keyComparison(),
  needs: ["containers"],
  actual: (facts, wanted) =>
    mapMaybe(facts.container(), (container) =>
      comparableField(wanted, container ? fieldOf(container.info, wanted.key) : undefined),
    ),
  matches: (wanted, field, facts) => wanted.test(field, facts),
  index: fieldIndex,
});

/** Time since the container's last authentication. Unknown if there was none. */
export const containerLastAuthentication = defineCondition({
  name: "container_last_authentication",
  group: "container",
  description: "The last authentication with the container is longer ago than this.",
  value: duration(),
  needs: ["containers"],
  actual: (facts) => mapMaybe(facts.container(), authenticationOf),
  matches: (age, last, facts) => facts.now.getTime() - last.getTime() > age,
});

/** Time since the container's last synchronization. Unknown if there was none. */
export const containerLastSynchronization = defineCondition({
  name: "container_last_synchronization",
  group: "container",
  description: "The last synchronization of the container is longer ago than this.",
  value: duration(),
  needs: ["containers"],
  actual: (facts) => mapMaybe(facts.container(), synchronizationOf),
  matches: (age, last, facts) => facts.now.getTime() - last.getTime() > age,
});

/**
 * Returns whether the names include a wanted one, or there are no names: a container in no realm fulfills the
 * condition, whereas without a container the condition is unknown.
 */
function includesAnyOrNone(wanted: ReadonlySet<string>, names: readonly string[]): boolean {
  return names.length === 0 || includesAny(wanted, names);
}
