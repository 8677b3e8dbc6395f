import { auditSinkTests, bindingStoreTests, counterStoreTests } from "@bookend/conformance";
import { describe, it } from "vitest";
import { describeEachStore } from "../test/describe-each-store.js";
import { openTestStore } from "../test/fresh-store.js";

describeEachStore("store-sql passes the conformance kit", ({ freshUrl }) => {
  const open = async () => {
    const { store } = await openTestStore(await freshUrl());
    const { bindings, counters, audit } = store;
    const read = async () => (await audit.search({ pageSize: 1_000 })).rows;
    return {
      bindings,
      counters,
      audit,
      read: async () => (await read()).map((row) => ({ ...row, success: row.success ?? false })),
    };
  };
  describe("bindings", () => {
    for (const { name, run } of bindingStoreTests(open)) it(name, run);
  });
  describe("counters", () => {
    for (const { name, run } of counterStoreTests(open)) it(name, run);
  });
  describe("audit", () => {
    for (const { name, run } of auditSinkTests(open)) it(name, run);
  });
});
