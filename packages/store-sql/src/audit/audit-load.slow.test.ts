import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it } from "vitest";
import { keyFile, openTestStore } from "../../test/fresh-store.js";
import { runProcess } from "../../test/processes/spawn.js";

describeEachDatabase("two processes under load", ({ freshUrl }) => {
  it("write all entries, and none of them starves", async () => {
    const url = await freshUrl();
    const { store } = await openTestStore(url);
    const key = keyFile();
    const [callers, calls] = [20, 25];
    const said = await Promise.all(
      ["a", "b"].map((name) => runProcess("audit-load.ts", url, key, name, String(callers), String(calls))),
    );
    for (const output of said) {
      expect(JSON.parse(output)).toMatchObject({ written: callers * calls, failed: [] });
    }
    expect(await store.audit.verify()).toMatchObject({ ok: true, checked: 2 * callers * calls });
    expect(await store.counters.value("a")).toBe(callers * calls);
    const { rows } = await store.audit.search({ pageSize: 1000 });
    expect(new Set(rows.map(({ id }) => id)).size).toBe(2 * callers * calls);
  });
});
