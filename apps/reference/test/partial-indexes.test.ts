import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, sql } from "@bookend/store-sql";
import { expect, it, onTestFinished } from "vitest";
import { createLogger, loadSecrets, parseConfig, startServer } from "../src/index.js";

// SQLite prepares a statement that compares a column with a parameter again for each value if the value could make a
// partial index usable, which took 40 % of the time of a call
it("has partial indexes that compare a column with a constant only where frequent statements do so as well", async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), "bookend-indexes-"));
  onTestFinished(() => rm(dataDirectory, { recursive: true }));
  const config = parseConfig({ dataDirectory, port: 0, log: { level: "silent" } });
  const logger = createLogger(config.log);
  const server = await startServer({ config, secrets: await loadSecrets(config), logger });
  onTestFinished(() => server.close());
  const database = await openDatabase<object>({ url: `sqlite:${join(dataDirectory, "bookend.db")}`, readOnly: true });
  onTestFinished(() => database.close());
  const { rows } = await sql<{ name: string; definition: string }>`select name, sql as definition from sqlite_master
    where type = 'index' and sql like '% where %'`.execute(database.db);
  expect(rows.length).toBeGreaterThan(5);
  const comparing = rows.filter(({ definition }) => / where "?\w+"? *(=|<|>|is +('|\d))/i.test(definition));
  expect(comparing.map(({ name }) => name).sort()).toEqual([
    "bookend_audit_failure",
    "bookend_delivery_due",
    "bookend_delivery_expires",
    "bookend_delivery_ordered",
    "bookend_delivery_sending",
    "bookend_delivery_waiting",
    "realm_one_default",
  ]);
});
