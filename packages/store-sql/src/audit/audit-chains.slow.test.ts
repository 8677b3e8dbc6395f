import { expect, it, onTestFinished } from "vitest";
import { call, noon, recordCalls } from "../../test/audit-entries.js";
import { chainAttacks } from "../../test/chain-attacks.js";
import { describeEachStore } from "../../test/describe-each-store.js";
import { openTestStore, testKey } from "../../test/fresh-store.js";
import { openDatabase, openStore, verifyAudit } from "../index.js";
import type { StoreSchema } from "../store-schema.js";
import { auditPublicKey } from "./audit-keys.js";
import { openAuditLog } from "./sql-audit.js";

describeEachStore("the chains of several processes", ({ freshUrl }) => {
  /**
   * Opens a log of two writers with five rows each, in two checkpoints, and functions that examine them with only the
   * public key.
   */
  const twoChains = async () => {
    const url = await freshUrl();
    const [one, two] = [await openTestStore(url), await openTestStore(url)];
    const { db } = one.database;
    const both = async (first: number, last: number) => {
      for (let number = first; number <= last; number++) {
        for (const { store } of [one, two]) await recordCalls(store.audit, number, number);
      }
      await one.store.audit.checkpoint();
    };
    await both(1, 3);
    const records = await db.selectFrom("bookend_audit_chain").selectAll().execute();
    await both(4, 5);
    const verify = () => verifyAudit({ database: two.database, auditKeys: [auditPublicKey(testKey)] });
    return { url, one, two, db, records, verify };
  };

  it("report the newest checkpoint, and how many entries it does not cover", async () => {
    const one = await openTestStore(await freshUrl());
    expect(await one.store.audit.lastCheckpoint()).toBeUndefined();
    await recordCalls(one.store.audit, 1, 3);
    const before = Date.now();
    const taken = await one.store.audit.checkpoint();
    const last = await one.store.audit.lastCheckpoint();
    expect(last).toMatchObject({ ...taken, uncovered: 0 });
    expect(Math.abs((last?.madeAt.getTime() ?? 0) - before)).toBeLessThan(10_000);
    await recordCalls(one.store.audit, 4, 5);
    expect(await one.store.audit.lastCheckpoint()).toMatchObject({ ...taken, uncovered: 2 });
  });

  it("are verified together", async () => {
    const { verify, db } = await twoChains();
    expect(await verify()).toMatchObject({ ok: true, checked: 10 });
    const rows = await db.selectFrom("bookend_audit").select(["number", "writer", "place"]).orderBy("number").execute();
    expect(rows.map(({ writer, place }) => [writer, place])).toEqual(
      [1, 2, 3, 4, 5].flatMap((place) => [
        [1, place],
        [2, place],
      ]),
    );
  });

  it.each(Object.entries(chainAttacks))("reveal an intruder who %s", async (_, [attack, finding, stops]) => {
    const { db, records, one, two, url, verify } = await twoChains();
    await attack(db, records);
    expect(await verify()).toMatchObject({ ok: false, firstBad: finding });
    // invalid records and an invalid newest checkpoint keep a process from starting, and running processes from signing
    // the next checkpoint
    if (!stops) return;
    await expect(openTestStore(url)).rejects.toMatchObject({ code: "AUDIT_TAMPERED" });
    for (const { store } of [one, two]) {
      await expect(store.audit.checkpoint()).rejects.toMatchObject({ code: "AUDIT_TAMPERED" });
    }
  });

  it("end when a store is closed, and cannot be deleted afterwards", async () => {
    const { one, two, db, verify } = await twoChains();
    await two.store.close();
    await recordCalls(one.store.audit, 6, 6);
    await one.store.audit.checkpoint();
    expect(await verify()).toMatchObject({ ok: true, checked: 11 });
    const [, ended] = await db.selectFrom("bookend_audit_chain").selectAll().orderBy("writer").execute();
    expect(ended).toMatchObject({ writer: 2, place: 5, closed: 1, settled: expect.any(Number) });
    await db.deleteFrom("bookend_audit").where("writer", "=", 2).execute();
    await db.deleteFrom("bookend_audit_chain").where("writer", "=", 2).execute();
    expect(await verify()).toMatchObject({ ok: false, firstBad: { writer: 2, reason: "head" } });
  });

  it("are ended by another process once the lease of their process has expired; if that process still runs, it begins a new chain", async () => {
    const url = await freshUrl();
    let time = noon.getTime();
    const opened = async () => {
      const database = await openDatabase<StoreSchema>({ url });
      onTestFinished(() => database.close());
      const log = await openAuditLog(database, testKey, [], () => time);
      onTestFinished(log.close);
      return { ...log, db: database.db };
    };
    await openTestStore(url);
    const [gone, other] = [await opened(), await opened()];
    await gone.audit.call(call({ id: "first" }));
    time += 3_000_000;
    await other.audit.call(call({ id: "second" }));
    await other.audit.checkpoint();
    const closed = async () =>
      (await other.db.selectFrom("bookend_audit_chain").select("closed").orderBy("writer").execute()).map(
        (row) => row.closed,
      );
    expect(await closed()).toEqual([0, 0]);
    time += 1_000_000;
    await other.audit.call(call({ id: "third" }));
    await other.audit.checkpoint();
    expect(await closed()).toEqual([1, 0]);
    await gone.audit.call(call({ id: "fourth" }));
    expect(await closed()).toEqual([1, 0, 0]);
    expect(await other.audit.verify()).toMatchObject({ ok: true, checked: 4 });
    expect(await gone.audit.verify()).toMatchObject({ ok: true, checked: 4 });
  });

  it("are pruned one by one, with the checkpoints and ended chains that are then obsolete", async () => {
    const { one, two, db, url } = await twoChains();
    const { head: anchor } = await one.store.audit.verify();
    await two.store.close();
    const three = await openTestStore(url);
    for (const [first, last] of [
      [6, 6],
      [7, 9],
    ] as const) {
      await recordCalls(three.store.audit, first, last);
      await three.store.audit.checkpoint();
    }
    const before = (seconds: number) => ({ before: new Date(noon.getTime() + seconds * 1000) });
    expect(await three.store.audit.prune(before(4))).toEqual({ removed: 6 });
    expect(await three.store.audit.verify({ anchor })).toMatchObject({ ok: true, checked: 8 });
    expect(await three.store.audit.prune(before(8))).toEqual({ removed: 6 });
    expect(await three.store.audit.verify({ anchor })).toMatchObject({ ok: true, checked: 2 });
    const writers = await db.selectFrom("bookend_audit_chain").select("writer").orderBy("writer").execute();
    expect(writers.map(({ writer }) => writer)).toEqual([1, 3]);
    const checkpoints = await db.selectFrom("bookend_audit_checkpoint").select("number").orderBy("number").execute();
    expect(checkpoints[0]?.number).toBeGreaterThan(anchor?.checkpoint ?? 99);
    await recordCalls(one.store.audit, 10, 10);
    expect(await openStoreAgain(url)).toMatchObject({ ok: true, checked: 3 });
  });

  const openStoreAgain = async (url: string) => (await openTestStore(url)).store.audit.verify();

  it("are signed once for each batch", async () => {
    const { store, database } = await openTestStore(await freshUrl());
    await recordCalls(store.audit, 1, 50);
    await recordCalls(store.audit, 51, 60);
    const signed = await database.db.selectFrom("bookend_audit").select("place").where("signature", "<>", "").execute();
    expect(signed.map(({ place }) => place).sort()).toEqual([50, 60]);
    expect(await store.audit.verify()).toMatchObject({ ok: true, checked: 60 });
  });

  it("are not begun by a process that only reads", async () => {
    const url = await freshUrl();
    const { store, database } = await openTestStore(url);
    await store.audit.search();
    await store.audit.verify();
    await store.close();
    expect(await database.db.selectFrom("bookend_audit_chain").selectAll().execute()).toEqual([]);
    await expect(openStore({ database, auditKey: testKey }).then((again) => again.close())).resolves.toBeUndefined();
  });
});
