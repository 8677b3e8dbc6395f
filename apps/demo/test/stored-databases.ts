import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Config, parseConfig } from "@bookend/reference";
import { type DialectName, openDatabase, sql } from "@bookend/store-sql";
import { cheapHashes, temporaryDirectory } from "./test-server.js";

const folder = new URL("./fixtures/stored-1/", import.meta.url);

/** The facts that `make.mjs` recorded about one of the databases. */
export interface StoredFacts {
  readonly registrationcode: string;
  /** OTPs of the list tokens, in order. */
  readonly paper: readonly string[];
  readonly tan: readonly string[];
  /** The number of rows of the audit log that were pruned, and of those that were kept. */
  readonly pruned: number;
  readonly checked: number;
  readonly head: { readonly number: number; readonly hash: string };
  readonly firstRow: Readonly<Record<string, unknown>>;
  readonly bindings: number;
  readonly secrets: Readonly<Record<string, string>>;
  /** The demo's file of users. */
  readonly staff: string;
}

/** A copy of a database of the version before audit rows had a format, and the configuration of a server on it. */
export interface StoredDatabase {
  readonly config: Config;
  readonly facts: StoredFacts;
  /** Private key of the app of the push token `S1PUSH`. */
  readonly pushKey: string;
}

/** Copies the stored database and its keys to a new data directory or, on PostgreSQL, to the empty database `url`. */
export async function restoreDatabase(dialect: DialectName, url: string): Promise<StoredDatabase> {
  const { staffFile, pushKey, ...databases } = JSON.parse(await readFile(new URL("facts.json", folder), "utf8"));
  const facts: StoredFacts = databases[dialect];
  const dataDirectory = await temporaryDirectory();
  await mkdir(join(dataDirectory, "secrets"));
  for (const [name, key] of Object.entries(facts.secrets)) await writeFile(join(dataDirectory, "secrets", name), key);
  await mkdir(join(dataDirectory, "demo"));
  const staff = join(dataDirectory, "demo/staff.passwd");
  await writeFile(staff, facts.staff);
  const sqlite = join(dataDirectory, "bookend.db");
  if (dialect === "sqlite") await writeFile(sqlite, await unpacked("sqlite.db.gz"));
  // the dump changes settings of its connection, so the pool has only one
  const database = await openDatabase({ url: dialect === "sqlite" ? `sqlite:${sqlite}` : url, poolSize: 1 });
  if (dialect === "postgres") {
    await sql.raw((await unpacked("postgres.sql.gz")).toString()).execute(database.db);
    await sql`select set_config('search_path', 'public', false)`.execute(database.db);
  }
  await sql`update resolver set settings = replace(settings, ${staffFile}, ${staff})`.execute(database.db);
  await database.close();
  const config = parseConfig({
    dataDirectory,
    port: 0,
    publicUrl: "http://mfa.example",
    resolvers: { passwdDirectory: join(dataDirectory, "demo") },
    pinHash: cheapHashes,
    log: { level: "silent" },
    ...(dialect === "postgres" && { database: { kind: "postgres", url } }),
  });
  return { config, facts, pushKey };
}

async function unpacked(name: string): Promise<Buffer> {
  return gunzipSync(await readFile(new URL(name, folder)));
}
