import { problemMessage } from "@bookend/core";
import { parameterError } from "../errors/mfa-error.js";

/** Settings by name; a value is compared as its JSON. */
type Settings = Readonly<Record<string, unknown>>;

/**
 * Refuses to send a stored secret to a server other than the one it was stored for: whoever may name a server must not learn
 * a secret that is never shown.
 *
 * @param secret name of the parameter that must be given again
 * @param fields names of the settings that say where the secret goes and how it is protected on the way
 * @throws {MfaError} PARAMETER_INVALID
 */
export function checkSameServer(secret: string, fields: readonly string[], stored: Settings, given: Settings): void {
  const changed = fields.find((field) => JSON.stringify(stored[field] ?? "") !== JSON.stringify(given[field] ?? ""));
  if (changed === undefined) return;
  throw parameterError(
    problemMessage(
      `must be given again, because ${changed} is not the one that it was stored with`,
      `the ${secret} for this server`,
      secret,
    ),
  );
}
