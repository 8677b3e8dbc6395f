import { type Config, ConfigError, loadConfig, loadSecrets, parseConfig } from "@bookend/reference-config";
import { openServices, type Services } from "../services/services.js";

/** The options that locate the database and the keys. */
export interface Source {
  readonly config?: string | undefined;
  readonly dataDir?: string | undefined;
}

/**
 * Returns the configuration that the options select.
 *
 * @throws {ConfigError}
 */
export async function configOf({ config, dataDir }: Source): Promise<Config> {
  if (config !== undefined) return loadConfig(config);
  if (dataDir !== undefined) return parseConfig({ dataDirectory: dataDir });
  throw new ConfigError("Specify --config FILE, or --data-dir DIRECTORY for a demo.");
}

/**
 * Opens the services of a server, passes them to `run`, and closes them. The server may be running at the same time.
 */
export async function withServices<T>(source: Source, run: (services: Services) => Promise<T>): Promise<T> {
  const config = await configOf(source);
  const services = await openServices({ config, secrets: await loadSecrets(config) });
  try {
    return await run(services);
  } finally {
    await services.close();
  }
}
