import { type Binding, type Problem, problemMessage, type Registry, redactionOf, secretMark } from "@bookend/core";

/** Options whose secrets are as they are to be stored, and those for which there is none. */
interface RestoredOptions {
  readonly options: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/**
 * Puts the stored secrets where a client sent back what it was shown in their place.
 * Where nothing is stored for it, the option is left out and reported: a mark is never stored.
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
  const allowed = "the value with its secret, or unchanged what is shown for the stored one";
  return {
    severity: "error",
    code: "OPTION_INVALID",
    field,
    value,
    message: problemMessage(
      `${JSON.stringify(value)} has ${secretMark} in the place of a secret, and none is stored for it`,
      allowed,
      field,
    ),
    allowed,
  };
}
