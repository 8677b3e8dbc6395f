import { type Config, ConfigError, loadConfig, loadSecrets } from "@bookend/reference-config";
import { prepareServer, startServer } from "../server/reference-server.js";
import { createLogger } from "../services/logger.js";
import { checkStart, type StartCheck } from "../startup/check-start.js";
import { storedProblems } from "../startup/stored-problems.js";
import { closeOnSignal } from "./close-on-signal.js";

/** `serve --config FILE` */
export async function serve(file: string): Promise<void> {
  const { config } = await checkedConfig(file);
  const logger = createLogger(config.log);
  const server = await startServer({ config, secrets: await loadSecrets(config), logger });
  console.log(`Bookend reference app ready at ${server.url}`);
  warn(await storedProblems(server));
  await closeOnSignal(server, logger);
}

/** `serve --config FILE --check` */
export async function checkConfig(file: string): Promise<void> {
  const { config, check } = await checkedConfig(file);
  const server = await prepareServer({
    // instead of creating or migrating a database, use one in memory
    config: check.databaseIsCurrent ? config : { ...config, database: { kind: "sqlite", file: ":memory:" } },
    secrets: check.secrets,
    logger: createLogger({ level: "silent" }),
  });
  try {
    warn(await storedProblems(server));
  } finally {
    await server.close();
  }
  console.log(`${file} can be used.`);
}

async function checkedConfig(file: string): Promise<{ readonly config: Config; readonly check: StartCheck }> {
  const config = await loadConfig(file);
  const check = await checkStart(config);
  if (check.problems.length > 0) throw new ConfigError(check.problems);
  return { config, check };
}

function warn(lines: readonly string[]): void {
  for (const line of lines) console.error(`warning: ${line}`);
}
