import { problemMessage } from "@bookend/core";
import {
  ConfigError,
  type ConfigInput,
  closeOnSignal,
  createLogger,
  loadSecrets,
  parseConfig,
} from "@bookend/reference";
import { z } from "zod";
import { greeting } from "./greeting.js";
import { startDemo } from "./start-demo.js";

const port = z.coerce.number().int().min(0).max(65_535);

/** Runs the demo until a signal ends it. Environment: `PORT`, `HOST`, `DATA_DIR`, `PUBLIC_URL`. */
export async function runDemo(env: NodeJS.ProcessEnv): Promise<void> {
  const config = parseConfig(readEnvironment(env));
  const logger = createLogger(config.log);
  const server = await startDemo({ config, secrets: await loadSecrets(config), logger });
  console.log(greeting(server.url));
  await closeOnSignal(server, logger);
}

function readEnvironment({ PORT, HOST, DATA_DIR, PUBLIC_URL }: NodeJS.ProcessEnv): ConfigInput {
  const parsed = port.optional().safeParse(PORT || undefined);
  if (!parsed.success) {
    throw new ConfigError(problemMessage(`${JSON.stringify(PORT)} is not valid`, "a number from 0 to 65535", "PORT"));
  }
  return {
    dataDirectory: DATA_DIR || ".bookend",
    ...(parsed.data !== undefined && { port: parsed.data }),
    ...(HOST && { host: HOST }),
    ...(PUBLIC_URL && { publicUrl: PUBLIC_URL }),
  };
}
