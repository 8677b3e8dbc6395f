import { type Binding, type Problem, type Registry, secretOptionsOf } from "@bookend/core";

/** What stands in answers for the value of a secret option. */
export const secretMark = "***";

/** Options whose secrets are as they are to be stored, and those for which there is none. */
interface RestoredOptions {
  readonly options: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/**
 * Puts the stored secrets where a client sent back the mark that it was shown.
 * Where nothing is stored for it, the option is left out and reported: the mark itself is never stored.
 */
export function restoreSecrets(
  registry: Registry,
  { handler, action, options }: Pick<Binding, "handler" | "action" | "options">,
  stored?: Binding,
): RestoredOptions {
  const definition = registry.action(handler, action);
  const secrets: ReadonlySet<string> = definition ? secretOptionsOf(definition) : new Set();
  const known = stored && stored.handler === handler && stored.action === action ? stored.options : {};
  const restored: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (value !== secretMark || !secrets.has(name)) restored[name] = value;
    else if (Object.hasOwn(known, name)) restored[name] = known[name];
    else problems.push(missingSecret(name));
  }
  return { options: restored, problems };
}

function missingSecret(name: string): Problem {
  const field = `options.${name}`;
  const allowed = "the secret itself";
  return {
    severity: "error",
    code: "OPTION_INVALID",
    field,
    value: secretMark,
    message: `${field} is ${secretMark}, which stands for a stored value, and none is stored; allowed: ${allowed}.`,
    allowed,
  };
}
