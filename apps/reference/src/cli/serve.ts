import { problemMessage } from "@bookend/core";
import { type Config, ConfigError, loadConfig, loadSecrets, maxWorkers } from "@bookend/reference-config";
import { closeOnSignal } from "../server/close-on-signal.js";
import { prepareServer, startServer } from "../server/reference-server.js";
import { createLogger } from "../services/logger.js";
import { checkStart, type StartCheck } from "../startup/check-start.js";
import { storedProblems } from "../startup/stored-problems.js";
import { serveWithWorkers } from "../workers/serve-with-workers.js";
import { serveAsWorker, workerNumber } from "../workers/worker.js";

/** The options of `serve`. */
export interface ServeOptions {
  /** Path of the configuration file. */
  readonly config: string;
  /** Overrides `workers` in the configuration. */
  readonly workers?: string | undefined;
}

/** Runs `serve --config FILE`. */
export async function serve(options: ServeOptions): Promise<void> {
  const worker = workerNumber();
  if (worker !== undefined) return serveAsWorker(worker);
  const { config } = await checkedConfig(options);
  if (config.workers > 1) return serveWithWorkers(config, warn);
  const logger = createLogger(config.log);
  const server = await startServer({ config, secrets: await loadSecrets(config), logger });
  console.log(`Bookend reference app ready at ${server.url}`);
  warn(await storedProblems(server));
  await closeOnSignal(server, logger);
}

/** Runs `serve --config FILE --check`. */
export async function checkConfig(options: ServeOptions): Promise<void> {
  const { config, check } = await checkedConfig(options);
  const server = await prepareServer({
    // a check must not create or migrate the database, so a database in memory is used instead
    config: check.databaseIsCurrent ? config : { ...config, database: { kind: "sqlite", file: ":memory:" } },
    secrets: check.secrets,
    logger: createLogger({ level: "silent" }),
  });
  try {
    warn(await storedProblems(server));
  } finally {
    await server.close();
  }
  console.log(`${options.config} can be used.`);
}

async function checkedConfig({
  config: file,
  workers,
}: ServeOptions): Promise<{ readonly config: Config; readonly check: StartCheck }> {
  const written = await loadConfig(file);
  const config = workers === undefined ? written : { ...written, workers: workersOf(workers) };
  const check = await checkStart(config);
  if (check.problems.length > 0) throw new ConfigError(check.problems);
  return { config, check };
}

/** @throws {ConfigError} for anything except an integer that `workers` in the configuration allows */
function workersOf(value: string): number {
  const workers = Number(value);
  if (/^\d{1,3}$/.test(value) && workers >= 1 && workers <= maxWorkers) return workers;
  const wrong = `${JSON.stringify(value.slice(0, 100))} is not valid`;
  throw new ConfigError(problemMessage(wrong, `an integer from 1 to ${maxWorkers}`, "--workers"));
}

function warn(lines: readonly string[]): void {
  for (const line of lines) console.error(`warning: ${line}`);
}
