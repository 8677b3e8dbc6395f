import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { call, recordCalls, start } from "../../test/audit-entries.js";
import { openTestStore } from "../../test/fresh-store.js";

/** Opens a store in a SQLite file, whose process has written one entry. */
async function begun() {
  const folder = mkdtempSync(join(tmpdir(), "bookend-gathered-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { store, database } = await openTestStore(`sqlite:${join(folder, "log.db")}`);
  await recordCalls(store.audit, 1, 1);
  /** Ends a call that changed a counter. */
  const endWithCounter = async (id: string, action?: Parameters<typeof start>[0]) => {
    const unit = store.audit.unit({ id });
    await store.counters.add("calls", 1, { id });
    if (action) await (await unit.begin(start(action))).success({ durationMs: 1, outcome: "done" });
    return () => unit.commit(call({ id }));
  };
  const rows = () => database.db.selectFrom("bookend_audit").select(["id", "signature"]).orderBy("number").execute();
  return { store, database, endWithCounter, rows };
}

it("adds entries to the batch that waits for its transaction", async () => {
  const { store, rows } = await begun();
  const first = store.audit.call(call({ id: "first" }));
  // the batch with the first entry exists now, and its transaction begins in the next turn
  await setImmediate();
  await Promise.all([first, store.audit.call(call({ id: "second" }))]);
  // each batch is signed once
  expect((await rows()).map(({ id, signature }) => [id, signature !== ""])).toEqual([
    ["call-1", true],
    ["first", false],
    ["second", true],
  ]);
  expect(await store.audit.verify()).toMatchObject({ ok: true, checked: 3 });
});

it("writes entries alone, and in order, after one of their batch cannot be written", async () => {
  const { store, endWithCounter, rows } = await begun();
  const endBad = await endWithCounter("bad", { id: "bad-1", parent: "bad", bindingId: Number.NaN });
  const bad = expect(endBad()).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
  // more than fit into one batch
  const ids = Array.from({ length: 300 }, (_, index) => `call-${index + 2}`);
  const ends = ids.map((id) => store.audit.call(call({ id })));
  await bad;
  await Promise.all(ends);
  expect((await rows()).map(({ id }) => id)).toEqual(["call-1", ...ids]);
  expect(await store.audit.verify()).toMatchObject({ ok: true });
});

it("refuses the entries of each batch while others keep coming, if the log was tampered with", async () => {
  const { store, database, endWithCounter } = await begun();
  await database.db.updateTable("bookend_audit_chain").set({ hash: "another" }).execute();
  let hasEnded = false;
  const ends: Promise<void>[] = [];
  const endOne = async () => {
    const end = await endWithCounter(`call-${ends.length + 2}`);
    const refused = expect(end()).rejects.toMatchObject({ code: "AUDIT_TAMPERED" });
    ends.push(
      refused.then(() => {
        hasEnded = true;
      }),
    );
  };
  await Promise.all([endOne(), endOne()]);
  for (let turn = 0; turn < 2_000 && !hasEnded; turn++) {
    await endOne();
    await setImmediate();
  }
  expect(hasEnded).toBe(true);
  await Promise.all(ends);
  expect(await store.counters.value("calls")).toBe(ends.length);
});
