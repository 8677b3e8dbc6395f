import { join } from "node:path";
import { openServerKeys, type ServerKeys } from "@bookend/mfa";
import type { Config, SecretSetting } from "./config.js";
import { ConfigError } from "./load-config.js";
import { sqliteFile } from "./sqlite-file.js";

/**
 * Takes each key from the configuration, else from the data directory, where it is made on the first start.
 *
 * @throws {ConfigError}
 * @throws {MfaError} CONFIGURATION_INVALID
 */
export async function loadSecrets(
  { secrets, dataDirectory, database }: Pick<Config, "secrets" | "dataDirectory" | "database">,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ServerKeys> {
  const given = (name: keyof ServerKeys) => {
    const setting = secrets[name];
    return setting === undefined ? undefined : readSecret(setting, `secrets.${name}`, env);
  };
  const file = sqliteFile({ database, dataDirectory });
  return openServerKeys({
    directory: join(dataDirectory, "secrets"),
    given: { jwtKey: given("jwtKey"), encryptionKey: given("encryptionKey"), auditKey: given("auditKey") },
    traces: file === undefined ? [] : [file],
  });
}

/**
 * The secret itself, or the value of the environment variable that it names.
 *
 * @throws {ConfigError} the environment lacks it
 */
export function readSecret(setting: SecretSetting, field: string, env: NodeJS.ProcessEnv = process.env): string {
  if (typeof setting === "string") return setting;
  const value = env[setting.env];
  if (value === undefined || value === "") {
    throw new ConfigError(`${field}: the environment variable ${setting.env} is not set`);
  }
  return value;
}
