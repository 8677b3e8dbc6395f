import { join } from "node:path";
import { inspectServerKeys, openServerKeys, type ServerKeys, type ServerKeysOptions } from "@bookend/mfa";
import type { Config, SecretSetting } from "./config.js";
import { ConfigError } from "./config-error.js";
import { sqliteFile } from "./sqlite-file.js";

type SecretConfig = Pick<Config, "secrets" | "dataDirectory" | "database">;

/**
 * Takes each key from the configuration, or else from the data directory, where it is generated on the first start.
 *
 * @throws {ConfigError}
 */
export async function loadSecrets(config: SecretConfig, env: NodeJS.ProcessEnv = process.env): Promise<ServerKeys> {
  const { problems } = await inspectSecrets(config, env);
  if (problems.length > 0) throw new ConfigError(problems);
  return openServerKeys(keyOptions(config, givenKeys(config, env).given));
}

/**
 * Checks the keys as {@link loadSecrets} does, without creating files. `keys` contains generated keys
 * instead of missing or invalid ones.
 */
export async function inspectSecrets(
  config: SecretConfig,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly problems: readonly string[]; readonly keys: ServerKeys }> {
  const { given, unset } = givenKeys(config, env);
  // a key whose variable is not set has already been reported
  const blanks = Object.fromEntries([...unset.keys()].map((name) => [name, ""]));
  const { problems, keys } = await inspectServerKeys(keyOptions(config, { ...given, ...blanks }));
  const others = problems.filter((line) => ![...unset.keys()].some((name) => line.startsWith(`secrets.${name}:`)));
  return { problems: [...unset.values(), ...others], keys };
}

/** Returns the keys that the configuration contains, and a line for each one whose environment variable is not set. */
function givenKeys({ secrets }: Pick<Config, "secrets">, env: NodeJS.ProcessEnv) {
  const given: Partial<Record<keyof ServerKeys, string>> = {};
  const unset = new Map<keyof ServerKeys, string>();
  for (const name of ["encryptionKey", "jwtKey", "auditKey", "outboxKey"] as const) {
    const setting = secrets[name];
    if (setting === undefined) continue;
    try {
      given[name] = readSecret(setting, `secrets.${name}`, env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      unset.set(name, error.message);
    }
  }
  return { given, unset };
}

function keyOptions(config: SecretConfig, given: ServerKeysOptions["given"]): ServerKeysOptions {
  const file = sqliteFile(config);
  return { directory: join(config.dataDirectory, "secrets"), given, traces: file === undefined ? [] : [file] };
}

/**
 * Returns the secret, or the value of the environment variable that it names.
 *
 * @throws {ConfigError} if its environment variable is not set
 */
export function readSecret(setting: SecretSetting, field: string, env: NodeJS.ProcessEnv = process.env): string {
  if (typeof setting === "string") return setting;
  const value = env[setting.env];
  if (value === undefined || value === "") {
    throw new ConfigError(
      `${field}: the environment variable ${setting.env} is not set. Allowed: the name of a variable that holds the secret.`,
    );
  }
  return value;
}
