import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@bookend/test-kit/postgres";

/**
 * Measures with an empty SQLite file, and with a PostgreSQL server that waits for the disk, if PostgreSQL is installed.
 */
export async function onEachDatabase(measure: (name: string, url: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "bookend-bench-"));
  try {
    await measure("SQLite", `sqlite:${join(directory, "bench.db")}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
  const postgres = await startPostgres({ durable: true });
  if ("skip" in postgres) return console.log(postgres.skip);
  try {
    await measure("PostgreSQL", postgres.url);
  } finally {
    await postgres.stop();
  }
}
