import { generateKeyPairSync } from "node:crypto";
import { expect, it, onTestFinished } from "vitest";
import { auditAttacks, type Db, insertLog, readLog, readRow, removeRow } from "../../test/audit-attacks.js";
import { call, noon, recordCalls } from "../../test/audit-entries.js";
import { describeEachStore } from "../../test/describe-each-store.js";
import { openTestStore, testKey } from "../../test/fresh-store.js";
import { generateAuditKey, type Store, verifyAudit } from "../index.js";
import { auditPublicKey, createAuditVerifier } from "./audit-keys.js";
import { auditColumns } from "./audit-row.js";
import { openAuditLog } from "./sql-audit.js";
import { verifyLog } from "./verify-audit.js";

describeEachStore("verify", ({ freshUrl, dialect }) => {
  /** Opens a store with ten rows, each signed, since no two are written together. */
  const tenRows = async () => {
    const opened = await openTestStore(await freshUrl());
    for (let number = 1; number <= 10; number++) await recordCalls(opened.store.audit, number, number);
    return { ...opened, audit: opened.store.audit, db: opened.database.db };
  };

  it("finds no flaw in an untouched log", async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    expect(await audit.verify()).toEqual({ ok: true, checked: 0, head: { checkpoint: 0, hash: "" } });
    await recordCalls(audit, 1, 1001);
    const progress: number[] = [];
    const onProgress = ({ checked, total }: { checked: number; total: number }) => {
      expect(total).toBe(1001);
      progress.push(checked);
    };
    const verified = await audit.verify({ onProgress });
    expect(verified).toEqual({
      ok: true,
      checked: 1001,
      head: { checkpoint: expect.any(Number), hash: expect.any(String) },
    });
    const pageSize = dialect === "sqlite" ? 500 : 100;
    const pages = Array.from({ length: Math.floor(1001 / pageSize) }, (_, index) => (index + 1) * pageSize);
    expect(progress).toEqual([...pages, 1001]);
  });

  it("finds a change of any column of a row", async () => {
    const { audit, db } = await tenRows();
    const before = await readRow(db, 5);
    for (const column of [...auditColumns, "format", "hash", "key_id", "signature", "checkpoint"] as const) {
      const value = before[column];
      const changed = typeof value === "number" ? (column === "success" ? 1 - value : value + 1) : `${value ?? ""} `;
      await db
        .updateTable("bookend_audit")
        .set({ [column]: column === "binding" ? 1 : column === "number" ? 99 : changed })
        .where("place", "=", 5)
        .execute();
      expect(await audit.verify(), column).toMatchObject({ ok: false, checked: 5, firstBad: { number: 5 } });
      await db.updateTable("bookend_audit").set(before).where("place", "=", 5).execute();
    }
    expect(await audit.verify()).toMatchObject({ ok: true });
  });

  it.each(Object.entries(auditAttacks))("detects an intruder who %s", async (_, [attack, number, reason]) => {
    const { audit, db, database } = await tenRows();
    await attack(db);
    const verified = await audit.verify();
    expect(verified).toMatchObject({ ok: false, firstBad: { number, reason } });
    const source = { ...database, db: database.reader };
    expect(await verifyLog(source, createAuditVerifier([testKey]), {}, 0), "on threads").toEqual(verified);
  });

  it("detects that an older state of the whole log was restored, given a checkpoint that was kept elsewhere", async () => {
    const { audit, db, database } = await tenRows();
    await audit.checkpoint();
    const old = await readLog(db);
    await recordCalls(audit, 11, 15);
    const { head: anchor } = await audit.verify();
    await insertLog(db, old);
    const auditKeys = [testKey];
    expect(await verifyAudit({ database, auditKeys })).toMatchObject({ ok: true, checked: 10 });
    expect(await verifyAudit({ database, auditKeys, anchor })).toMatchObject({
      ok: false,
      firstBad: { number: anchor?.checkpoint, reason: "rolled_back" },
    });
    // the running process notices it as well, so that later rows cannot hide it
    await expect(audit.call(call())).rejects.toMatchObject({ code: "AUDIT_TAMPERED" });
  });

  it("detects that all checkpoints and the mark of the newest were removed, even if there are as many new ones", async () => {
    const { audit, db, database } = await tenRows();
    const { checkpoint } = await audit.checkpoint();
    await recordCalls(audit, 11, 11);
    await audit.checkpoint();
    await db.deleteFrom("bookend_audit_checkpoint").execute();
    await db.deleteFrom("bookend_audit_mark").execute();
    expect(await verifyAudit({ database, auditKeys: [testKey] })).toMatchObject({ firstBad: { reason: "checkpoint" } });
    // a process that has not seen any of them
    const other = await openAuditLog(database, testKey, []);
    onTestFinished(other.close);
    for (let number = 0; number <= checkpoint + 1; number++) {
      await recordCalls(other.audit, number, number);
      await other.audit.checkpoint();
    }
    expect(await verifyAudit({ database, auditKeys: [testKey] })).toMatchObject({
      firstBad: { reason: "rolled_back" },
    });
  });

  it("reports a row in a log that should have none", async () => {
    const { db, audit } = await tenRows();
    const copy = await readRow(db, 4);
    const empty = (await openTestStore(await freshUrl())).database;
    await empty.db
      .insertInto("bookend_audit")
      .values({ ...copy, writer: 0, number: 0 })
      .execute();
    expect(await verifyAudit({ database: empty, auditKeys: [testKey] })).toMatchObject({
      firstBad: { number: 0, reason: "unexpected" },
    });
    expect(await audit.verify()).toMatchObject({ ok: true });
  });

  it("accepts an anchor after which the log continued", async () => {
    const { audit } = await tenRows();
    const { head: anchor } = await audit.verify();
    await recordCalls(audit, 11, 12);
    expect(await audit.verify({ anchor })).toMatchObject({ ok: true, checked: 12 });
    expect(await audit.verify({ anchor: { checkpoint: 1, hash: "other" } })).toMatchObject({
      firstBad: { number: 1, reason: "rolled_back" },
    });
    expect(await audit.verify({ anchor: { checkpoint: 99, hash: "other" } })).toMatchObject({
      firstBad: { reason: "rolled_back" },
    });
  });

  it.each(["removes the newest rows and restores the head", "removes the head"])(
    "refuses to write after an intruder %s",
    async (name) => {
      const url = await freshUrl();
      const [one, two] = [await openTestStore(url), await openTestStore(url)];
      await recordCalls(one.store.audit, 1, 10);
      await auditAttacks[name]?.[0](one.database.db);
      // the process that wrote, a process that did not, and one that starts later
      await expect(one.store.audit.call(call())).rejects.toMatchObject({ code: "AUDIT_TAMPERED" });
      await expect(two.store.audit.call(call())).rejects.toMatchObject({ code: "AUDIT_TAMPERED" });
      await expect(openTestStore(url)).rejects.toMatchObject({ code: "AUDIT_TAMPERED" });
      expect(await verifyAudit({ database: two.database, auditKeys: [testKey] })).toMatchObject({ ok: false });
    },
  );

  it("begins a new log after all of its tables were emptied", async () => {
    const url = await freshUrl();
    const before = await openTestStore(url);
    await recordCalls(before.store.audit, 1, 3);
    await before.store.close();
    for (const table of ["bookend_audit", "bookend_audit_chain", "bookend_audit_checkpoint"] as const) {
      await before.database.db.deleteFrom(table).execute();
      // opening does not read rows
      if (table === "bookend_audit") continue;
      await expect(openTestStore(url)).rejects.toMatchObject({ code: "AUDIT_TAMPERED" });
    }
    await before.database.db.deleteFrom("bookend_audit_mark").execute();
    const { store } = await openTestStore(url);
    await recordCalls(store.audit, 1, 2);
    expect(await store.audit.verify()).toMatchObject({ ok: true, checked: 2 });
  });

  it("continues with a new key if it has the public part of the old one", async () => {
    const url = await freshUrl();
    const [oldKey, newKey] = [generateAuditKey(), generateAuditKey()];
    const before = await openTestStore(url, { auditKey: oldKey });
    await recordCalls(before.store.audit, 1, 3);
    await expect(openTestStore(url, { auditKey: newKey })).rejects.toMatchObject({ code: "AUDIT_KEY_UNKNOWN" });
    const { store, database } = await openTestStore(url, {
      auditKey: newKey,
      formerAuditKeys: [auditPublicKey(oldKey)],
    });
    await recordCalls(store.audit, 4, 6);
    expect(await store.audit.verify()).toMatchObject({ ok: true, checked: 6 });
    const auditKeys = [oldKey, newKey].map(auditPublicKey);
    expect(await verifyAudit({ database, auditKeys })).toMatchObject({ ok: true, checked: 6 });
    expect(await verifyAudit({ database, auditKeys: auditKeys.slice(1) })).toMatchObject({
      firstBad: { number: 1, reason: "unknown_key" },
    });
  });

  it.each([
    ["text", "hunter2"],
    ["another kind of key", generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey],
    ["a public key to sign with", auditPublicKey(testKey)],
  ])("refuses %s as a key without repeating it", async (_, auditKey) => {
    const url = await freshUrl();
    await expect(openTestStore(url, { auditKey })).rejects.toMatchObject({
      code: "AUDIT_KEY_INVALID",
      message: expect.not.stringContaining("hunter2"),
    });
  });

  it("tolerates rows that are written and pruned in the meantime", async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    await recordCalls(audit, 1, 1600);
    let once: Promise<unknown> | undefined;
    const verified = await audit.verify({
      onProgress: () => {
        once ??= Promise.all([audit.prune({ before: new Date(noon.getTime() + 1_200_000) }), audit.call(call())]);
      },
    });
    await once;
    expect(verified).toMatchObject({ ok: true });
    expect(verified.checked).toBeGreaterThanOrEqual(500);
    expect(await audit.verify()).toMatchObject({ ok: true, checked: 402 });
  });
});

describeEachStore("prune", ({ freshUrl }) => {
  const prepared = async (): Promise<{
    audit: Store["audit"];
    db: Db;
    after: (seconds: number) => { before: Date };
  }> => {
    const { store, database } = await openTestStore(await freshUrl());
    await recordCalls(store.audit, 1, 1010);
    const after = (seconds: number) => ({ before: new Date(noon.getTime() + seconds * 1000) });
    return { audit: store.audit, db: database.db, after };
  };

  it("removes old rows and leaves a log that can be verified", async () => {
    const { audit, after } = await prepared();
    const { head: anchor } = await audit.verify();
    expect(await audit.prune(after(1))).toEqual({ removed: 0 });
    expect(await audit.prune(after(1006))).toEqual({ removed: 1005 });
    expect((await audit.search()).rows.map(({ number }) => number)).toEqual([1010, 1009, 1008, 1007, 1006]);
    expect(await audit.verify({ anchor })).toMatchObject({ ok: true, checked: 5 });
    await recordCalls(audit, 1011, 1012);
    expect(await audit.verify({ anchor })).toMatchObject({ ok: true, checked: 7 });
    expect(await audit.prune(after(9999))).toEqual({ removed: 7 });
    expect(await audit.verify({ anchor })).toMatchObject({ ok: true, checked: 0, head: expect.anything() });
    await recordCalls(audit, 1013, 1013);
    expect(await audit.verify()).toMatchObject({ ok: true, checked: 1 });
  });

  it.each([
    ["a row that began later, with as many older ones after it", [1, 3, 2, 4], 3, 1],
    ["one row from a clock that was ahead", [1, 2, 99_999_999, 3, 4, 5, 6], 6, 6],
    ["rows of an hour from a clock that was ahead", [1, 2, 90_000, 90_001, 3, 4, 5, 6, 7], 6, 7],
    ["one row from a clock that was behind", [5, 6, 7, 8, -99_999_999, 9], 5, 0],
    ["one row from a clock that was behind, after rows that are old enough", [1, 2, 6, 7, 8, -99_999_999, 9], 5, 2],
    ["no rows that are old enough", [5, 6, 7], 5, 0],
  ])("cuts the log where the fewest rows are on the wrong side: %s", async (_, seconds, before, removed) => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    for (const second of seconds) await recordCalls(audit, second, second);
    expect(await audit.prune({ before: new Date(noon.getTime() + before * 1000) })).toEqual({ removed });
    expect(await audit.verify()).toMatchObject({ ok: true, checked: seconds.length - removed });
  });

  it("does not remove rows that were tampered with", async () => {
    const { audit, db, after } = await prepared();
    await db.updateTable("bookend_audit").set({ user: "eve" }).where("place", "=", 7).execute();
    await expect(audit.prune(after(500))).rejects.toMatchObject({ code: "AUDIT_TAMPERED" });
    expect(await audit.verify()).toMatchObject({ firstBad: { number: 7, reason: "changed" } });
  });

  it("leaves a log in which a pruned row that was restored is found, as is the removal of the row after it", async () => {
    const { audit, db, after } = await prepared();
    const pruned = await readRow(db, 3);
    await audit.prune(after(11));
    await db.insertInto("bookend_audit").values(pruned).execute();
    expect(await audit.verify()).toMatchObject({ firstBad: { number: 3, reason: "unexpected" } });
    await removeRow(db, 3);
    await removeRow(db, 11);
    expect(await audit.verify()).toMatchObject({ firstBad: { number: 11, reason: "missing" } });
  });
});
