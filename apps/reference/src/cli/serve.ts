import { loadConfig } from "../config/load-config.js";
import { loadSecrets, readSecret } from "../config/secrets.js";
import { startServer } from "../server/reference-server.js";
import { createLogger } from "../services/logger.js";
import { closeOnSignal } from "./close-on-signal.js";

/** `serve --config FILE` */
export async function serve(file: string): Promise<void> {
  const config = await loadConfig(file);
  const logger = createLogger(config.log);
  const server = await startServer({ config, secrets: await loadSecrets(config), logger });
  console.log(`Bookend reference app ready at ${server.url}`);
  await closeOnSignal(server, logger);
}

/** `serve --config FILE --check` */
export async function checkConfig(file: string): Promise<void> {
  const { secrets, database } = await loadConfig(file);
  for (const [name, setting] of Object.entries(secrets)) {
    if (setting !== undefined) readSecret(setting, `secrets.${name}`);
  }
  if (database.kind === "postgres") readSecret(database.url, "database.url");
  console.log(`${file} can be used.`);
}
