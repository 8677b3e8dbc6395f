import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { call, recordCalls } from "../../test/audit-entries.js";
import { openTestStore } from "../../test/fresh-store.js";

it("adds entries to the batch that waits for its transaction", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bookend-gathered-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { store, database } = await openTestStore(`sqlite:${join(folder, "log.db")}`);
  await recordCalls(store.audit, 1, 1);
  const first = store.audit.call(call({ id: "first" }));
  // the batch with the first entry exists now, and its transaction begins in the next turn
  await setImmediate();
  await Promise.all([first, store.audit.call(call({ id: "second" }))]);
  const rows = await database.db.selectFrom("bookend_audit").select(["id", "signature"]).orderBy("number").execute();
  // each batch is signed once
  expect(rows.map(({ id, signature }) => [id, signature !== ""])).toEqual([
    ["call-1", true],
    ["first", false],
    ["second", true],
  ]);
  expect(await store.audit.verify()).toMatchObject({ ok: true, checked: 3 });
});
