import type { ExportedBinding } from "../target/target.js";

/** A condition or an option whose meaning differs from privacyIDEA. */
export interface MeaningChange {
  readonly field: string;
  /** Name of the {@link Difference}, the same for all conditions and options that it affects. */
  readonly rule: string;
  readonly message: string;
}

type Conditions = Readonly<Record<string, unknown>>;

/**
 * A deliberate difference from privacyIDEA's code, with the conditions that it affects, and the values for which it
 * matters.
 */
interface Difference {
  /** A stable name, which reports in JSON contain. */
  readonly rule: string;
  readonly conditions: readonly string[];
  readonly message: string;
  applies?(value: string, binding: ExportedBinding): boolean;
}

const tokenConditions = [
  "token_has_owner",
  "token_is_orphaned",
  "token_locked",
  "token_validity_period",
  "token_is_in_container",
  "tokentype",
  "tokeninfo",
  "rollout_state",
  "last_auth",
  "count_auth",
  "count_auth_success",
  "count_auth_fail",
  "failcounter",
  "otp_counter",
];

const responseConditions = [
  "result_status",
  "result_value",
  "result_authentication",
  "detail_message",
  "detail_error_message",
];
const comparisons = ["tokeninfo", "user_info", "container_info"];
const lists = [
  "realm",
  "resolver",
  "tokentype",
  "tokenrealm",
  "tokenresolver",
  "container_realm",
  "container_resolver",
  "container_state",
  "container_exact_state",
];
const userConditions = ["realm", "resolver", "user_info", "user_token_number", "user_container_number"];

const isFalse = (value: string) => /^(false|0)$/i.test(value.trim());

const differences: readonly Difference[] = [
  {
    rule: "value-required",
    conditions: tokenConditions,
    message: "a call with no token, or with more than one, does not fulfill it; privacyIDEA considers it fulfilled",
  },
  {
    rule: "value-required",
    conditions: ["client_ip"],
    message: "a call without an address does not fulfill it; privacyIDEA considers it fulfilled",
  },
  {
    rule: "value-required",
    conditions: ["challenge_session", "challenge_expired"],
    message: "a call without a challenge does not fulfill it; privacyIDEA considers it fulfilled",
  },
  {
    rule: "value-required",
    conditions: responseConditions,
    message: "there is no response yet at pre, so it is never fulfilled; privacyIDEA considers it fulfilled",
    applies: (_value, { position }) => position === "pre",
  },
  {
    rule: "every-token-unlocked",
    conditions: ["token_locked"],
    message: "with several tokens, false means that none of them is locked; privacyIDEA requires a locked one",
    applies: isFalse,
  },
  {
    rule: "several-challenges",
    conditions: ["challenge_session", "challenge_expired"],
    message:
      "with several open challenges, only this condition is not fulfilled; privacyIDEA does not run any binding of that call",
  },
  {
    rule: "only-exclusions",
    conditions: ["client_ip"],
    message: "it has only exclusions, so every other address fulfills it; in privacyIDEA, none does",
    applies: (value) => value.split(",").every((entry) => /^\s*[-!]/.test(entry)),
  },
  {
    rule: "longer-ago",
    conditions: ["container_last_authentication", "container_last_synchronization"],
    message: 'it means "longer ago than that", as documented; the code of privacyIDEA tests "not as long ago as that"',
  },
  {
    rule: "iso-dates",
    conditions: comparisons,
    message: "only ISO 8601 is accepted as a date; privacyIDEA accepts nearly anything",
    applies: (value) => /'!?date_/.test(value) || /\{(now|current_time)\}/i.test(value),
  },
  {
    rule: "lists-normalized",
    conditions: lists,
    message: "spaces around entries and repeated entries are ignored; privacyIDEA compares them verbatim",
    applies: (value) => {
      const entries = value.split(",");
      return entries.some((entry) => entry !== entry.trim()) || new Set(entries).size < entries.length;
    },
  },
  {
    rule: "message-of-errors",
    conditions: ["detail_error_message"],
    message: "it also reads result.error.message, which contains the message of error responses",
  },
  {
    rule: "owner-from-response",
    conditions: userConditions,
    message: "the owner of a token is also found by a serial in the response; privacyIDEA does not look there",
    applies: (_value, { position }) => position === "post",
  },
  {
    rule: "no-role-is-user",
    conditions: ["logged_in_user"],
    message: "a caller who has no role or is not logged in counts as user",
    applies: (value) => value.trim() === "user",
  },
  {
    rule: "date-offsets",
    conditions: comparisons,
    message: "{now} may have an offset in weeks or years; a field without a date is neither before nor after it",
    applies: (value) => /\{(now|current_time)/i.test(value),
  },
  {
    rule: "empty-comparison",
    conditions: comparisons,
    message: "it is compared with the empty string; privacyIDEA refuses a comparison without a value",
    applies: (value) => /(==|=|!=)\s*$/.test(value),
  },
  {
    rule: "refused-calls",
    conditions: ["detail_error_message", "result_status"],
    message:
      "bindings do not run for calls that authorization refuses, although the example in privacyIDEA's documentation is the message of such a call",
    applies: (value, { conditions, position }) =>
      position === "post" && (conditions.detail_error_message !== undefined || isFalse(value)),
  },
  {
    rule: "failed-calls",
    conditions: ["result_status", "detail_error_message"],
    message: "the binding also runs for calls that failed; privacyIDEA does not run post actions after an exception",
    applies: (_value, { position }) => position === "post",
  },
];

/** Events of calls that delete an object, or separate a token or container from its owner or container. */
const removingEvents: ReadonlySet<string> = new Set([
  "token_unassign",
  "token_delete",
  "container_unassign",
  "container_delete",
  "container_remove_token",
  "container_unregister",
  "user_delete",
]);

/**
 * Finds the parts of a binding whose meaning differs from privacyIDEA.
 */
export function meaningChanges(binding: ExportedBinding): readonly MeaningChange[] {
  const conditions: Conditions = binding.conditions;
  const changes: MeaningChange[] = [];
  for (const { rule, conditions: names, message, applies } of differences) {
    for (const name of names) {
      if (!Object.hasOwn(conditions, name)) continue;
      if (applies !== undefined && !applies(String(conditions[name]), binding)) continue;
      changes.push({ field: `conditions.${name}`, rule, message });
    }
  }
  const removing = binding.event.filter((event) => removingEvents.has(event));
  if (binding.position === "post" && removing.length > 0) {
    const message = `after ${removing.join(", ")} conditions, tags and recipients use the token, the container and the user from before the call`;
    changes.push({ field: "event", rule: "objects-before-call", message });
  }
  return changes;
}
