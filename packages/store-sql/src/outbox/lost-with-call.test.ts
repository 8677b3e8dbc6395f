import { expect, it } from "vitest";
import { call as callEntry, start } from "../../test/audit-entries.js";
import { describeEachStore } from "../../test/describe-each-store.js";
import { noteOf, openTestOutbox, recordingKind } from "../../test/outbox/test-outbox.js";

describeEachStore("a delivery of a call", ({ freshUrl }) => {
  async function submitted() {
    const { kind } = recordingKind();
    const { store, database, outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    const unit = store.audit.unit({ id: "call-1" });
    const entry = await unit.begin(start({ id: "action-1", parent: "call-1" }));
    const signal = new AbortController().signal;
    expect(await outbox.submit(noteOf("1"), { kind, signal, transaction: entry })).toMatchObject({ status: "done" });
    await entry.success({ durationMs: 1, outcome: "done" });
    const stored = async () => (await database.db.selectFrom("bookend_delivery").select("id").execute()).length;
    return { store, database, unit, stored };
  }

  it("is safe once its call is committed", async () => {
    const { unit, stored } = await submitted();
    expect([unit.hasChanges, await stored()]).toEqual([true, 0]);
    await unit.commit(callEntry({ id: "call-1" }));
    expect([unit.hasChanges, await stored()]).toEqual([false, 1]);
  });

  it("is dropped, not lost, if its call is aborted", async () => {
    const { unit, stored } = await submitted();
    unit.abort?.();
    expect(unit.hasChanges).toBe(false);
    await unit.commit(callEntry({ id: "call-1" }));
    expect(await stored()).toBe(0);
  });

  it("is reported as lost if the commit fails, so that the call fails", async () => {
    const { store, unit } = await submitted();
    await store.close();
    await expect(Promise.resolve(unit.commit(callEntry({ id: "call-1" })))).rejects.toMatchObject({
      code: "STORE_CLOSED",
    });
    expect(unit.hasChanges).toBe(true);
  });

  it("is reported as lost if the audit log refuses its entry", async () => {
    const { store, database, unit, stored } = await submitted();
    // the chain no longer ends where its writer left it
    await store.audit.call(callEntry({ id: "earlier" }));
    await database.db.updateTable("bookend_audit_chain").set({ hash: "0" }).execute();
    await expect(Promise.resolve(unit.commit(callEntry({ id: "call-1" })))).rejects.toMatchObject({
      code: "AUDIT_TAMPERED",
    });
    expect([unit.hasChanges, await stored()]).toEqual([true, 0]);
  });
});
