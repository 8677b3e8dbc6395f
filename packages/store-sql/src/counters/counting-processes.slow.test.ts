import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it } from "vitest";

import { keyFile, openTestStore } from "../../test/fresh-store.js";
import { runProcess } from "../../test/processes/spawn.js";

describeEachDatabase("counters of several processes", ({ freshUrl }) => {
  it.each([
    ["sharing a row", ["", "", "", ""]],
    ["with a row each", ["n1", "n2", "n3", "n4"]],
  ])(
    "reach 1,000 with four processes %s",
    async (_, nodes) => {
      const url = await freshUrl();
      const { store } = await openTestStore(url);
      await Promise.all(nodes.map((node) => runProcess("count.ts", url, keyFile(), node, "250")));
      expect(await store.counters.value("c")).toBe(1000);
    },
    60_000,
  );
});
