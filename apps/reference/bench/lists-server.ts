/**
 * The server that `pnpm bench:lists` measures. It runs in its own process, fills its database and reports its address.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSecrets, parseConfig } from "@bookend/reference-config";
import { type Database, openDatabase, sql } from "@bookend/store-sql";
import { startServer } from "../src/server/reference-server.js";
import { databaseOptions } from "../src/services/database-options.js";
import { createLogger } from "../src/services/logger.js";
import { openServices } from "../src/services/services.js";

/** The message that the server sends when it is ready. */
export interface ListsReady {
  readonly url: string;
  readonly authorization: string;
}

const number = (name: string, fallback: number) => Number(process.env[name] ?? fallback);
const tokens = number("TOKENS", 1_000_000);
const users = number("USERS", 100_000);
const auditRows = number("AUDIT_ROWS", 5_000_000);

const { BENCH_DATABASE: url, BENCH_DATA: kept } = process.env;
const dataDirectory = kept ?? (await mkdtemp(join(tmpdir(), "bookend-bench-lists-")));
await mkdir(dataDirectory, { recursive: true });
const config = parseConfig({
  dataDirectory,
  port: 0,
  rateLimit: { exempt: ["127.0.0.0/8"] },
  pinHash: { memoryCost: 8, timeCost: 1, parallelism: 1 },
  ...(url !== undefined && { database: { kind: "postgres", url } }),
});
const secrets = await loadSecrets(config);

const services = await openServices({ config, secrets });
const { domain } = services;
const isFilled = (await domain.tokens.find("BENCH")) !== null;
if (!isFilled) {
  await domain.resolvers.save("people", "sqlresolver", {});
  await domain.realms.save("corp", [{ name: "people" }]);
  await domain.realms.save("rare", [{ name: "people" }]);
  await domain.users.add("people", { username: "bench" });
  await domain.tokens.init({ type: "spass", pin: "bench-pin", serial: "BENCH" }, { login: "bench", realm: "corp" });
  await domain.admins.save("bench", { password: "bench-password" });
}
await services.close();

if (!isFilled) {
  const database = await openDatabase<object>(databaseOptions(config));
  await database.patiently(3_600_000, (db) => fill(db, database.dialect));
  await database.close();
}

async function fill(db: Database<object>["db"], dialect: Database<object>["dialect"]): Promise<void> {
  const isPostgres = dialect === "postgres";
  const text = (of: string) => (isPostgres ? `(${of})::text` : `(${of})`);
  const pad = (width: number, of: string) =>
    isPostgres ? `lpad(${text(of)}, ${width}, '0')` : `printf('%0${width}d', ${of})`;
  const insert = async (table: string, count: number, columns: Readonly<Record<string, string>>, where = "true") => {
    if (count === 0) return;
    const source = isPostgres
      ? `generate_series(1::bigint, ${count}::bigint) as n`
      : `(with recursive s(n) as (select 1 union all select n + 1 from s where n < ${count}) select n from s)`;
    const names = Object.keys(columns)
      .map((name) => `"${name}"`)
      .join(", ");
    await sql
      .raw(`insert into ${table} (${names}) select ${Object.values(columns).join(", ")} from ${source} where ${where}`)
      .execute(db);
  };
  await insert("user_account", users, {
    id: `'uid-' || ${pad(7, "n")}`,
    resolver: "'people'",
    username: `'user' || ${pad(7, "n")}`,
    givenname: `case when n % 1000 = 0 then 'Rare' else 'Given' || ${text("n % 500")} end`,
    surname: `'Surname' || ${text("n % 5000")}`,
    email: `'user' || ${text("n")} || '@example.org'`,
    phone: "''",
    mobile: "''",
  });
  // every second token is assigned
  const owned = "n % 2 = 0";
  const owner = pad(7, `1 + n % ${Math.max(1, users)}`);
  await insert("token", tokens, {
    id: "n + 1000",
    serial: `'OATH' || ${pad(8, "n")}`,
    type: "case when n % 1000 = 0 then 'push' when n % 3 = 0 then 'totp' else 'hotp' end",
    description: `case when n % 10000 = 0 then 'lost in place ' else 'token of ' end || ${text("n % 2000")}`,
    active: "case when n % 500 = 0 then 0 else 1 end",
    revoked: "0",
    otp_length: "6",
    counter: "0",
    fail_count: "n % 10",
    max_fail_count: "10",
    count_window: "10",
    sync_window: "1000",
    rollout_state: "case when n % 5000 = 0 then 'clientwait' else '' end",
    owner_id: `case when ${owned} then 'uid-' || ${owner} end`,
    owner_login: `case when ${owned} then 'user' || ${owner} end`,
    owner_resolver: `case when ${owned} then 'people' end`,
    owner_realm: `case when ${owned} then 'corp' end`,
  });
  await insert("token_info", tokens, {
    token_id: "n + 1000",
    key: "case when n % 4 = 0 then 'colour' else 'hashlib' end",
    value: "case when n % 40000 = 0 then 'violet' when n % 4 = 0 then 'red' else 'sha1' end",
  });
  await insert("token_realm", tokens, {
    token_id: "n + 1000",
    realm: "case when n % 2000 = 0 then 'rare' else 'corp' end",
  });
  const day = 86_400_000;
  const step = Math.max(1, Math.floor((30 * day) / Math.max(1, auditRows)));
  await insert("bookend_audit", auditRows, {
    // the preparations above have already written a few entries
    number: "n + 1000",
    id: `'id-' || ${text("n")}`,
    event: `case when n % 1000 < 2 then 'rare_event' else 'event_' || ${text("n % 20")} end`,
    action: `'POST /path/' || ${text("n % 30")}`,
    success: "case when n % 17 = 0 then 0 else 1 end",
    serial: `'OATH' || ${pad(8, "(n * 7919) % 1000000")}`,
    user: `'user' || ${pad(7, "(n * 31) % 100000")}`,
    realm: "case when n % 3 = 0 then 'rare' else 'corp' end",
    startdate: `${Date.now() - 30 * day} + n * ${step}`,
    duration: "1.5",
    hash: "''",
    key_id: "''",
    signature: "''",
    format: "3",
  });
  // otherwise, calls would get numbers that are already taken, and each would try until it finds a free one
  const taken = isPostgres
    ? [
        "select setval('bookend_audit_number', (select max(number) from bookend_audit))",
        "select setval(pg_get_serial_sequence('token', 'id'), (select max(id) from token))",
      ]
    : // SQLite continues its IDs after the greatest one by itself
      ["update bookend_audit_state set number = (select max(number) from bookend_audit)"];
  for (const statement of taken) await sql.raw(statement).execute(db);
  // PostgreSQL does this by itself after some time
  await sql.raw(isPostgres ? "vacuum analyze" : "analyze").execute(db);
}

const logger = createLogger(config.log, { write: () => undefined });
const server = await startServer({ config, secrets, logger });
const login = await fetch(`${server.url}/auth`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ username: "bench", password: "bench-password" }),
});
const { result } = (await login.json()) as { result: { value: { token: string } } };
process.once("message", async () => {
  await server.close();
  if (kept === undefined) await rm(dataDirectory, { recursive: true, force: true });
  process.disconnect();
});
process.send?.({ url: server.url, authorization: result.value.token } satisfies ListsReady);
