import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConfigInput, createLogger, loadSecrets, parseConfig, type ServerOptions } from "@bookend/reference";
import { onTestFinished } from "vitest";
import { type DemoServer, startDemo } from "../src/start-demo.js";
import { type ApiClient, apiClient } from "./api-client.js";

/** A demo server on a free port, with a temporary data directory. It is closed when the test ends. */
export interface TestServer extends DemoServer {
  readonly dataDirectory: string;
  readonly api: ApiClient;
  /** Returns the log lines of the server so far. */
  log(): string;
}

/** Costs with which hashing a PIN takes almost no time. */
export const cheapHashes = { memoryCost: 8, timeCost: 1, parallelism: 1 } as const;

/** Starts a demo server. */
export async function testServer({
  dataDirectory,
  config,
  ...options
}: { dataDirectory?: string; config?: Partial<ConfigInput> } & Pick<
  ServerOptions,
  "handlers" | "directories"
> = {}): Promise<TestServer> {
  const directory = dataDirectory ?? (await temporaryDirectory());
  const parsed = parseConfig({
    dataDirectory: directory,
    port: 0,
    publicUrl: "http://mfa.example",
    pinHash: cheapHashes,
    // tests make more calls than the limits allow
    rateLimit: { exempt: ["127.0.0.0/8"] },
    log: { level: "debug" },
    ...config,
  });
  const lines: string[] = [];
  const logger = createLogger(parsed.log, { write: (line) => void lines.push(line) });
  const server = await startDemo({ config: parsed, secrets: await loadSecrets(parsed), logger, ...options });
  onTestFinished(() => server.close());
  return { ...server, dataDirectory: directory, api: apiClient(server.url), log: () => lines.join("") };
}

/** Creates a directory that is removed when the test ends. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "bookend-reference-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
