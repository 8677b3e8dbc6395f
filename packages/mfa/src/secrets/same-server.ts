import { problemMessage } from "@bookend/core";
import { parameterError } from "../errors/mfa-error.js";

/** Settings by name; a value is compared as its JSON. */
type Settings = Readonly<Record<string, unknown>>;

/**
 * Refuses to send a stored secret to a server other than the one it was stored for: someone who may change the server
 * must not learn a secret that is never shown.
 *
 * @param secret Name of the parameter that must be sent again.
 * @param fields Names of the settings that determine where the secret is sent and how it is protected in transit.
 * @throws {MfaError} PARAMETER_INVALID
 */
export function checkSameServer(secret: string, fields: readonly string[], stored: Settings, given: Settings): void {
  const changed = fields.find((field) => JSON.stringify(stored[field] ?? "") !== JSON.stringify(given[field] ?? ""));
  if (changed === undefined) return;
  throw parameterError(
    problemMessage(
      `must be sent again, because ${changed} has changed since it was stored`,
      `the ${secret} for this server`,
      secret,
    ),
  );
}
