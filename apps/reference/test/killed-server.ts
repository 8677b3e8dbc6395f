import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, openStore, type Store } from "@bookend/store-sql";
import { startPostgres } from "@bookend/test-kit/postgres";
import { addAdmin } from "./server-process.js";

/** A server that is killed and started again. */
export interface KilledServer {
  /** Its configuration file. */
  readonly config: string;
  /** URL of its database. */
  readonly url: string;
  /** Calls a function with its store while the server is not running. */
  withStore<Result>(read: (store: Store) => Promise<Result>): Promise<Result>;
}

/** Configures a server with a new database, and removes both when the run has ended. */
export async function withKilledServer<Report>(
  database: "sqlite" | "postgres",
  run: (server: KilledServer) => Promise<Report>,
): Promise<Report | { readonly skip: string }> {
  if (database === "sqlite") return configured(undefined, run);
  const postgres = await startPostgres({ durable: true });
  if ("skip" in postgres) return postgres;
  try {
    return await configured(postgres.url, run);
  } finally {
    await postgres.stop();
  }
}

async function configured<Report>(
  postgresUrl: string | undefined,
  run: (server: KilledServer) => Promise<Report>,
): Promise<Report> {
  const directory = await mkdtemp(join(tmpdir(), "bookend-kill-"));
  try {
    const config = join(directory, "config.json");
    const settings = {
      dataDirectory: "data",
      port: 0,
      pinHash: { memoryCost: 8, timeCost: 1, parallelism: 1 },
      rateLimit: { exempt: ["127.0.0.0/8"] },
      log: { level: "error" },
      ...(postgresUrl !== undefined && { database: { kind: "postgres", url: postgresUrl } }),
    };
    await writeFile(config, JSON.stringify(settings));
    await addAdmin(config);
    const url = postgresUrl ?? `sqlite:${join(directory, "data/bookend.db")}`;
    return await run({
      config,
      url,
      async withStore(read) {
        const database = await openDatabase<object>({ url });
        const auditKey = await readFile(join(directory, "data/secrets/audit.pem"), "utf8");
        const store = await openStore({ database, auditKey });
        try {
          return await read(store);
        } finally {
          await store.close();
          await database.close();
        }
      },
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
