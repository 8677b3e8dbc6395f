import { expect, it } from "vitest";
import { describeEachStore } from "../../test/describe-each-store.js";
import { noteOf, openTestOutbox, recordingKind, submit, until } from "../../test/outbox/test-outbox.js";

// SQLite extracts such a half from JSON as bytes that are not UTF-8, and libsql ends the process when it reads them;
// PostgreSQL refuses the JSON
describeEachStore("half of a surrogate pair", ({ freshUrl }) => {
  it("in the reason of a failed delivery is stored as U+FFFD", async () => {
    const { kind } = recordingKind([{ status: "failed", reason: "550 no \ud83d", permanent: true }]);
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    await submit(outbox, noteOf("dlv_1"), kind);
    await outbox.start();
    await until("it has failed", async () => (await outbox.counts()).dead === 1);
    const found = await outbox.get("dlv_1");
    expect(found?.delivery.reason).toBe("550 no \ufffd");
    expect(found?.attempts.map(({ reason }) => reason)).toEqual(["550 no \ufffd"]);
  });

  it("in the name of a counter is stored as U+FFFD", async () => {
    const { store } = await openTestOutbox(await freshUrl(), {});
    const call = { id: "call-1" };
    for (const other of ["a", "b"]) await store.counters.add(other, 1);
    for (const expected of [1, 2]) {
      const unit = store.audit.unit(call);
      const values = await Promise.all(["a", "b", "c\ud83d"].map((name) => store.counters.add(name, 1, call)));
      expect(values.at(-1)).toBe(expected);
      await unit.commit();
    }
    expect((await store.counters.list()).map(({ name }) => name)).toEqual(["a", "b", "c\ufffd"]);
  });
});
