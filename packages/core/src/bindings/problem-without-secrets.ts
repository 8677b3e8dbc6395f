import type { Binding } from "../contracts/binding.js";
import type { Problem } from "../contracts/errors.js";
import { redactionOf } from "../definitions/describe-options.js";
import type { Action } from "../definitions/handler.js";

/** Returns a problem that an action's check reported, without the secrets that it may quote. */
export function problemWithoutSecrets(action: Action, { options }: Binding, problem: Problem): Problem {
  const redaction = redactionOf(action);
  const redact = (text: string) => redaction.redactText(text, options);
  const { severity, code, field, value, message, allowed } = problem;
  const shown: Problem = {
    severity,
    code,
    field,
    message: redact(message),
    ...(typeof allowed === "string" && { allowed: redact(allowed) }),
  };
  const option = field.startsWith("options.") ? field.slice("options.".length) : undefined;
  if (option !== undefined && Object.hasOwn(options, option) && value === options[option]) {
    return { ...shown, value: redaction.redact(options)[option] };
  }
  if (typeof value === "string") return { ...shown, value: redact(value) };
  // any other value may be part of the options and contain a secret, so it is shown only if no option is secret
  return value === undefined || redaction.names.size > 0 ? shown : { ...shown, value };
}
