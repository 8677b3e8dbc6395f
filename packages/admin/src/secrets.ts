import { type Binding, type Problem, problemMessage, type Registry, redactionOf, secretMark } from "@bookend/core";

/** Options with the secrets to store, and a problem for each option for which no secret is stored. */
interface RestoredOptions {
  readonly options: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/**
 * Replaces each `***` that a client sent back with the stored secret.
 * An option for which no secret is stored is left out and reported: `***` is never stored instead of a secret.
 */
export function restoreSecrets(
  registry: Registry,
  { handler, action, options }: Pick<Binding, "handler" | "action" | "options">,
  stored?: Binding,
): RestoredOptions {
  const definition = registry.action(handler, action);
  const known = stored && stored.handler === handler && stored.action === action ? stored.options : {};
  const { values, missing } = redactionOf(definition).restore(options, known);
  return { options: values, problems: missing.map((name) => missingSecret(name, options[name])) };
}

function missingSecret(name: string, value: unknown): Problem {
  const field = `options.${name}`;
  const allowed = "the value with its secret, or the stored value exactly as it is shown";
  return {
    severity: "error",
    code: "OPTION_INVALID",
    field,
    value,
    message: problemMessage(
      `${JSON.stringify(value)} has ${secretMark} instead of a secret, but no secret is stored for it`,
      allowed,
      field,
    ),
    allowed,
  };
}
