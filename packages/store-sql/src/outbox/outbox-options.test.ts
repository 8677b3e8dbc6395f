import { expect, it } from "vitest";
import { openTestStore } from "../../test/fresh-store.js";
import { testKeys } from "../../test/outbox/test-outbox.js";
import { type OutboxOptions, openOutbox } from "../index.js";

it.each([
  ["leaseMs", { leaseMs: 2 ** 31 }],
  ["pollMs", { pollMs: 0.5 }],
  ["pollMs", { pollMs: 0 }],
  ["keepMs", { keepMs: Number.NaN }],
  ["maxPayloadBytes", { maxPayloadBytes: Number.POSITIVE_INFINITY }],
  ["circuit.failures", { circuit: { failures: 0 } }],
  ["circuit.firstPauseMs", { circuit: { firstPauseMs: -1 } }],
  ["circuit.longestPauseMs", { circuit: { firstPauseMs: 10, longestPauseMs: 5 } }],
  ['destinations["a"].concurrency', { destinations: { a: { concurrency: 0 } } }],
  ['destinations["a"].concurrency', { destinations: { a: { concurrency: 1.5 } } }],
  ['destinations["a"].ratePerSecond', { destinations: { a: { ratePerSecond: 0 } } }],
  ['destinations["a"].ratePerSecond', { destinations: { a: { ratePerSecond: Number.NaN } } }],
  ["node", { node: "" }],
  ["node", { node: "\ud800" }],
] satisfies [string, Partial<OutboxOptions<object>>][])(
  "refuses the option %s with the value %j",
  async (field, options) => {
    const { store, database } = await openTestStore("sqlite::memory:");
    const open = () => openOutbox({ database, audit: store.audit, keys: testKeys, ...options } as never);
    expect(open).toThrow(expect.objectContaining({ code: "OUTBOX_OPTION_INVALID" }));
    expect(open).toThrow(`${field}: `);
  },
);

it.each([0, 1.5, Number.NaN, 10_001])("refuses to start with a concurrency of %s", async (concurrency) => {
  const { store, database } = await openTestStore("sqlite::memory:");
  const outbox = openOutbox({ database, audit: store.audit, keys: testKeys });
  await expect(outbox.start({ concurrency })).rejects.toMatchObject({ code: "OUTBOX_OPTION_INVALID" });
});
