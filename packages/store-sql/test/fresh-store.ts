import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  type Database,
  generateAuditKey,
  openDatabase,
  openStore,
  type Store,
  type StoreOptions,
} from "../src/index.js";
import type { StoreSchema } from "../src/store-schema.js";

/** A key for tests that do not depend on it. */
export const testKey = generateAuditKey();

/** Opens a store, and closes it with its database when the test ends. */
export async function openTestStore(
  url: string,
  options: Partial<Omit<StoreOptions<StoreSchema>, "database">> = {},
): Promise<{ store: Store; database: Database<StoreSchema> }> {
  const database = await openDatabase<StoreSchema>({ url });
  onTestFinished(() => database.close());
  const store = await openStore({ database, auditKey: testKey, ...options });
  onTestFinished(() => store.close());
  return { store, database };
}

/** Writes the tests' key to a file that is deleted when the test ends, and returns its path, for other processes. */
export function keyFile(): string {
  const directory = mkdtempSync(join(tmpdir(), "bookend-key-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "audit.pem");
  writeFileSync(path, testKey, { mode: 0o600 });
  return path;
}
