import { redactionBy } from "@bookend/core";
import { maskedValueError } from "../errors/masked-value.js";
import type { SmsGatewayAccess } from "../senders/types.js";
import { gatewayProviders, secretOptionsOf } from "./open-sms-gateway.js";

/**
 * Separates the secrets from the other options. A secret that the client sends back in its masked form has not changed,
 * and is left out of the result, so that the stored secret is kept.
 *
 * @throws {MfaError} PARAMETER_INVALID for a masked value if no secret is stored
 */
export function withGatewaySecrets(given: SmsGatewayAccess, stored: SmsGatewayAccess | null): SmsGatewayAccess {
  const { provider } = given;
  const known = stored?.provider === provider ? { ...stored.options, ...stored.secrets } : {};
  const { values, missing } = redactionBy(gatewayProviders[provider] ?? {}).restore(given.options, known);
  for (const name of missing) throw maskedValueError(`option.${name}`, given.options[name]);
  const options = { ...(values as Record<string, string>) };
  const secrets: Record<string, string> = {};
  for (const name of secretOptionsOf(provider)) {
    const value = options[name];
    if (value === undefined) continue;
    delete options[name];
    if (value === given.options[name]) secrets[name] = value;
  }
  return { ...given, options, secrets };
}
