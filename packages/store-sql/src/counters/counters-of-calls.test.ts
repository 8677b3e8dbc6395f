import { expect, it } from "vitest";
import { call as callEntry, start } from "../../test/audit-entries.js";
import { describeEachStore } from "../../test/describe-each-store.js";
import { openTestStore } from "../../test/fresh-store.js";
import type { Store } from "../index.js";

describeEachStore("counters of calls", ({ freshUrl }) => {
  /** Creates a store, and a call with an open unit. */
  async function opened(id = "call-1") {
    const { store, database } = await openTestStore(await freshUrl());
    const { audit, counters } = store;
    const began = (of: string) => ({ call: { id: of }, unit: audit.unit({ id: of }) });
    return { store, database, audit, counters, began, ...began(id) };
  }
  const entriesIn = async ({
    search,
  }: {
    search: (of: { pageSize: number }) => Promise<{ rows: readonly unknown[] }>;
  }) => (await search({ pageSize: 100 })).rows.length;

  it("are committed together with the audit entries of their call", async () => {
    const { audit, counters, unit, call } = await opened();
    const record = await unit.begin(start({ id: "action-1", parent: call.id }));
    expect(await counters.add("c", 2, call)).toBe(2);
    await record.success({ durationMs: 1, outcome: "done" });
    expect([await counters.value("c"), await counters.list(), await entriesIn(audit)]).toEqual([null, [], 0]);
    await unit.commit(callEntry({ id: call.id }));
    expect([await counters.value("c"), await entriesIn(audit)]).toEqual([2, 2]);
    expect((await audit.verify()).ok).toBe(true);
  });

  it("are visible to their own call, in order, and to no other call", async () => {
    const { counters, unit, call } = await opened();
    await counters.add("c", 5);
    const other = { id: "another call" };
    expect(await counters.add("c", 1, call)).toBe(6);
    expect(await counters.decrease("c", { by: 9, allowNegative: false }, call)).toBe(0);
    expect(await counters.add("c", 3, call)).toBe(3);
    expect(await counters.value("c", call)).toBe(3);
    expect([await counters.value("c", other), await counters.value("c")]).toEqual([5, 5]);
    expect(await counters.reset("c", call)).toBe(0);
    expect(await counters.decrease("c", { allowNegative: true }, call)).toBe(-1);
    expect(await counters.reset("new", call)).toBe(0);
    await unit.commit();
    expect(await counters.list()).toEqual([
      { name: "c", value: -1 },
      { name: "new", value: 0 },
    ]);
  });

  it("are added up if calls make them concurrently, whatever the calls saw", async () => {
    const url = await freshUrl();
    const stores = await Promise.all([1, 2, 3].map(async () => (await openTestStore(url)).store));
    const [{ counters }] = stores as [Store];
    await counters.add("c", 10);
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const { audit, counters } = stores[index % 3] as Store;
        const call = { id: `many-${index}` };
        const unit = audit.unit(call);
        // in opposite orders, which would cause deadlocks if rows were locked in the order of these calls
        for (const name of index % 2 ? ["a", "b", "c"] : ["c", "b", "a"]) await counters.add(name, 1, call);
        if (index % 5 === 0) await counters.decrease("floor", { allowNegative: false }, call);
        await unit.commit(callEntry({ id: call.id }));
      }),
    );
    const values = (await counters.list()).map(({ name, value }) => `${name}: ${value}`);
    expect(values).toEqual(["a: 60", "b: 60", "c: 70", "floor: 0"]);
  });

  it("are read together if earlier calls changed the same counters, with the same results", async () => {
    const { counters, audit } = await opened();
    for (const round of [1, 2, 3]) {
      const call = { id: `round ${round}` };
      const unit = audit.unit(call);
      expect(await counters.add("a", 1, call)).toBe(round);
      await counters.add("b", 10);
      const seen = await counters.value("b", call);
      expect(await counters.add("b", 1, call)).toBe((seen ?? 0) + 1);
      expect(await counters.value("c", call)).toBe(round === 1 ? null : round - 1);
      expect(await counters.add("c", 1, call)).toBe(round);
      await unit.commit();
    }
    expect((await counters.list()).map(({ value }) => value)).toEqual([3, 33, 3]);
  });

  it("do not fall below zero at the commit if others changed the counter meanwhile", async () => {
    const { counters, unit, call } = await opened();
    await counters.add("c", 2);
    expect(await counters.decrease("c", { allowNegative: false }, call)).toBe(1);
    await counters.add("c", -2);
    await unit.commit();
    expect(await counters.value("c")).toBe(0);
  });

  it("are limited by the sum over all nodes, and change only the row of their own node", async () => {
    const url = await freshUrl();
    const [first, second] = await Promise.all(["n1", "n2"].map((node) => openTestStore(url, { node })));
    if (first === undefined || second === undefined) throw new Error("There are two nodes.");
    await first.store.counters.add("c", 5);
    const call = { id: "call-1" };
    const unit = second.store.audit.unit(call);
    expect(await second.store.counters.decrease("c", { by: 3, allowNegative: false }, call)).toBe(2);
    expect(await second.store.counters.decrease("c", { by: 9, allowNegative: false }, call)).toBe(0);
    await second.store.counters.add("c", 1, call);
    await unit.commit();
    const rows = second.database.db.selectFrom("bookend_counter").select(["node", "value"]).orderBy("node");
    expect(await rows.execute()).toEqual([
      { node: "n1", value: 5 },
      { node: "n2", value: -4 },
    ]);
  });

  it("are committed even if the call is aborted", async () => {
    const { counters, unit, call } = await opened();
    await counters.add("c", 1, call);
    unit.abort?.();
    await unit.commit();
    expect(await counters.value("c")).toBe(1);
  });

  it("are refused in the action itself if they would exceed their range, and nothing else of the call is lost", async () => {
    const { counters, unit, call } = await opened();
    await counters.add("full", Number.MAX_SAFE_INTEGER);
    await counters.add("c", 1, call);
    const refused = { code: "COUNTER_OUT_OF_RANGE" };
    await expect(counters.add("full", 1, call)).rejects.toMatchObject(refused);
    await expect(counters.add("full", 1)).rejects.toMatchObject(refused);
    expect(await counters.add("full", -1, call)).toBe(Number.MAX_SAFE_INTEGER - 1);
    expect(await counters.add("full", 1, call)).toBe(Number.MAX_SAFE_INTEGER);
    await unit.commit();
    expect(await counters.value("full")).toBe(Number.MAX_SAFE_INTEGER);
    expect(await counters.value("c")).toBe(1);
  });

  it("stop at the end of their range if the sum of several calls exceeds it", async () => {
    const { counters, began } = await opened();
    await counters.add("c", Number.MAX_SAFE_INTEGER - 1);
    const calls = [began("one"), began("two")];
    for (const { call } of calls) expect(await counters.add("c", 1, call)).toBe(Number.MAX_SAFE_INTEGER);
    for (const { unit } of calls) await unit.commit();
    expect(await counters.value("c")).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("change immediately if their call has ended or has no unit", async () => {
    const { counters, unit, call } = await opened();
    await counters.add("c", 1, call);
    await unit.commit();
    expect(await counters.add("c", 1, call)).toBe(2);
    expect(await counters.value("c")).toBe(2);
    expect(await counters.add("c", 1, { id: "of another sink" })).toBe(3);
    expect(await counters.value("c")).toBe(3);
  });

  it("are committed early on request, and only once", async () => {
    const { counters, unit, call } = await opened();
    await counters.add("c", 1, call);
    await counters.commit(call);
    expect(await counters.value("c")).toBe(1);
    expect(await counters.add("c", 1, call)).toBe(2);
    await unit.commit();
    expect(await counters.value("c")).toBe(2);
    await counters.commit({ id: "unknown" });
  });

  it("are reported as lost if their commit fails, and are committed even if the log refuses the entries", async () => {
    const lost = await opened();
    await lost.counters.add("c", 1, lost.call);
    await lost.store.close();
    await expect(Promise.resolve(lost.unit.commit(callEntry()))).rejects.toMatchObject({ code: "STORE_CLOSED" });
    expect(lost.unit.hasChanges).toBe(true);
    expect(await lost.counters.value("c")).toBeNull();

    const refused = await opened();
    // the chain no longer ends where its writer left it
    await refused.audit.call(callEntry({ id: "earlier" }));
    await refused.database.db.updateTable("bookend_audit_chain").set({ hash: "0" }).execute();
    await refused.counters.add("c", 1, refused.call);
    await expect(Promise.resolve(refused.unit.commit(callEntry()))).rejects.toMatchObject({ code: "AUDIT_TAMPERED" });
    expect(refused.unit.hasChanges).toBe(false);
    expect(await refused.counters.value("c")).toBe(1);
  });

  it("are the sum of the rows of all nodes, and a reset sets it to zero", async () => {
    const url = await freshUrl();
    const [one, two] = await Promise.all(["n1", "n2"].map(async (node) => (await openTestStore(url, { node })).store));
    if (!one || !two) return expect.unreachable();
    await one.counters.add("c", 4);
    await two.counters.add("c", 5);
    const call = { id: "call-1" };
    const unit = one.audit.unit(call);
    await one.counters.decrease("c", { by: 2, allowNegative: false }, call);
    await unit.commit();
    expect(await two.counters.value("c")).toBe(7);
    const last = two.audit.unit(call);
    await two.counters.reset("c", call);
    await two.counters.add("c", 3, call);
    await last.commit();
    expect(await one.counters.value("c")).toBe(3);
  });
});
