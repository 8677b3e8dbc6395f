import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { describe, expect, it, onTestFinished } from "vitest";
import { insertLog, type LogTables, readLog } from "../../test/audit-attacks.js";
import { recordCalls } from "../../test/audit-entries.js";
import { chainAttacks } from "../../test/chain-attacks.js";
import { openTestStore, testKey } from "../../test/fresh-store.js";
import { verifyAudit } from "../index.js";
import { auditPublicKey } from "./audit-keys.js";

/**
 * A small log: writer 0 with rows of both old formats, a closed chain, a pruned one, and one with every kind of value.
 */
interface Vectors {
  readonly publicKeys: readonly string[];
  readonly rows: number;
  readonly tables: LogTables;
}

const readVectors = async (): Promise<Vectors> =>
  JSON.parse(await readFile(new URL("../../test/fixtures/audit-vectors.json", import.meta.url), "utf8"));

describeEachDatabase("the vectors of the audit format", ({ freshUrl }) => {
  it("are an intact log", async () => {
    const { publicKeys, tables, rows } = await readVectors();
    const { database } = await openTestStore(await freshUrl());
    await insertLog(database.db, tables);
    expect(await verifyAudit({ database, auditKeys: publicKeys })).toMatchObject({ ok: true, checked: rows });
  });
});

describe("a verifier in Python", () => {
  const directory = async () => {
    const path = await mkdtemp(join(tmpdir(), "bookend-format-"));
    onTestFinished(() => rm(path, { recursive: true }));
    return path;
  };

  /** Returns the verifier's result for a database. */
  const python = async (folder: string, publicKeys: readonly string[]) => {
    const script = new URL("../../test/verify_audit.py", import.meta.url).pathname;
    const keys = await Promise.all(
      publicKeys.map(async (key, index) => {
        const path = join(folder, `${index}.pem`);
        await writeFile(path, key);
        return path;
      }),
    );
    const ran = promisify(execFile)("python3", [script, join(folder, "log.db"), ...keys]);
    return ran.then(
      ({ stdout }) => stdout.trim(),
      (error: { stderr?: string }) => `flaw: ${error.stderr?.trim()}`,
    );
  };

  it("agrees on the vectors", async () => {
    const folder = await directory();
    const { publicKeys, tables, rows } = await readVectors();
    const { database } = await openTestStore(`sqlite:${join(folder, "log.db")}`);
    await insertLog(database.db, tables);
    expect(await python(folder, publicKeys)).toBe(`ok ${rows}`);
    expect(await python(folder, [auditPublicKey(testKey)])).toMatch(/^flaw: mark /);
  });

  it("agrees on a log in the current format, and on attacks on it", async () => {
    const folder = await directory();
    const url = `sqlite:${join(folder, "log.db")}`;
    const [one, two] = [await openTestStore(url), await openTestStore(url)];
    const { db } = one.database;
    const write = async (first: number, last: number) => {
      for (const { store } of [one, two]) await recordCalls(store.audit, first, last);
      await one.store.audit.checkpoint();
    };
    await write(1, 3);
    const records = await db.selectFrom("bookend_audit_chain").selectAll().execute();
    await write(4, 5);
    const keys = [auditPublicKey(testKey)];
    expect(await python(folder, keys)).toBe("ok 10");
    const tables = await readLog(db);
    // a selection: `verifyAudit` is tested with all attacks elsewhere
    for (const name of [
      "deletes a chain",
      "rolls a chain back to what was signed earlier",
      "moves a row to another chain",
      "removes the newest checkpoint",
    ]) {
      await chainAttacks[name]?.[0](db, records);
      expect(await python(folder, keys), name).toMatch(/^flaw: (?!Traceback)/);
      await insertLog(db, tables);
    }
    expect(await verifyAudit({ database: one.database, auditKeys: keys })).toMatchObject({ ok: true, checked: 10 });
  });
});
