import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type Config, loadSecrets } from "@bookend/reference-config";
import { closeOnSignal } from "../server/close-on-signal.js";
import { prepareServer } from "../server/reference-server.js";
import { createLogger } from "../services/logger.js";
import { storedProblems } from "../startup/stored-problems.js";
import { runWorkers } from "./run-workers.js";

/**
 * Serves in several processes until a signal arrives, and sets the exit code. `warn` receives the lines of {@link
 * storedProblems}.
 */
export async function serveWithWorkers(config: Config, warn: (lines: readonly string[]) => void): Promise<void> {
  const logger = createLogger(config.log);
  const secrets = await loadSecrets(config);
  // migrates the tables once, before any worker serves
  const prepared = await prepareServer({ config, secrets, logger });
  try {
    warn(await storedProblems(prepared));
  } finally {
    await prepared.close();
  }
  const { outbox, workers } = config;
  const own: Config = {
    ...config,
    // chosen here, so that all workers listen on the same port, including those that are restarted
    port: config.port === 0 ? await freePort(config.host) : config.port,
    outbox: { ...outbox, concurrency: Math.ceil(outbox.concurrency / workers) },
  };
  let gaveUp = false;
  await new Promise<void>((resolve) => {
    const running = runWorkers({ config: own, secrets }, logger, {
      ready: (url) => console.log(`Bookend reference app ready at ${url}, ${workers} workers`),
      gaveUp() {
        if (gaveUp) return;
        gaveUp = true;
        console.error("The server exits, because a worker ended too often in a row. The log contains the exit codes.");
        void close().then(resolve);
      },
    });
    const close = async () => {
      if (!(await running.close()) || gaveUp) process.exitCode = 1;
    };
    void closeOnSignal({ close }, logger).then(resolve);
  });
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen({ host, port: 0 });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
