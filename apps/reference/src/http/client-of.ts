import { parseClientOverrides } from "@bookend/adapter-kit";
import { ValueError } from "@bookend/core";
import { parameterError, type SettingsService } from "@bookend/mfa";

/**
 * The name of the setting that lists, separated by commas, the networks whose callers may send the address of their
 * client in the parameter `client`. It extends the list in the configuration.
 */
export const overrideSetting = "OverrideAuthorizationClient";

/**
 * Checks a value of the setting {@link overrideSetting}.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function checkOverrides(value: string): void {
  try {
    parseClientOverrides(rulesOf(value));
  } catch (error) {
    if (error instanceof ValueError) throw parameterError(`${overrideSetting}: ${error.message}`);
    throw error;
  }
}

/**
 * Creates the function that returns the address of a call's client: the parameter `client` if the caller may send it,
 * otherwise the address of the caller. It reads the stored setting only for calls with that parameter.
 */
export function clientOf(configured: readonly string[], settings: Pick<SettingsService, "get">) {
  const ofConfiguration = parseClientOverrides(configured);
  return async ({ client }: Readonly<Record<string, unknown>>, known: string | undefined) => {
    if (typeof client !== "string" || client === "" || known === undefined) return known;
    const stored = parseClientOverrides(rulesOf((await settings.get(overrideSetting)) ?? ""));
    const named = ofConfiguration(known, client) ?? stored(known, client);
    return named === undefined ? known : named.clientIp;
  };
}

function rulesOf(value: string): readonly string[] {
  return value.split(",").filter((rule) => rule.trim() !== "");
}
