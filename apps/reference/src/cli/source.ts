import { type Config, ConfigError, loadConfig, loadSecrets, parseConfig } from "@bookend/reference-config";
import { openServices, type Services } from "../services/services.js";

/** The options that say where the database and the keys are. */
export interface Source {
  readonly config?: string | undefined;
  readonly dataDir?: string | undefined;
}

/**
 * The configuration that a command was pointed to.
 *
 * @throws {ConfigError}
 */
export async function configOf({ config, dataDir }: Source): Promise<Config> {
  if (config !== undefined) return loadConfig(config);
  if (dataDir !== undefined) return parseConfig({ dataDirectory: dataDir });
  throw new ConfigError("Specify --config FILE, or --data-dir DIRECTORY for a demo.");
}

/** Runs a command on the services of a server, which may be running too. */
export async function withServices<T>(source: Source, run: (services: Services) => Promise<T>): Promise<T> {
  const config = await configOf(source);
  const services = await openServices({ config, secrets: await loadSecrets(config) });
  try {
    return await run(services);
  } finally {
    await services.close();
  }
}
