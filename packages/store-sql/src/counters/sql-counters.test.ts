import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

import { describeEachStore } from "../../test/describe-each-store.js";
import { openTestStore } from "../../test/fresh-store.js";

interface CounterCase {
  readonly id: number;
  readonly action: "increase_counter" | "decrease_counter" | "reset_counter";
  readonly options: { readonly counter_name: string; readonly allow_negative_values?: string };
  readonly state: { readonly counters?: readonly { name: string; node?: string; value: number }[] };
  readonly after: { readonly counters: readonly { name: string; value: number }[] };
}

const cases = JSON.parse(
  readFileSync(new URL("../../test/fixtures/counter-cases.json", import.meta.url), "utf8"),
) as readonly CounterCase[];

describeEachStore("counters", ({ freshUrl }) => {
  it("behave as recorded from privacyIDEA, summed over the nodes", async () => {
    const { store, database } = await openTestStore(await freshUrl(), { node: "Node1" });
    const { counters } = store;
    for (const { id, action, options, state, after } of cases) {
      await database.db.deleteFrom("bookend_counter").execute();
      for (const { name, node = "Node1", value } of state.counters ?? []) {
        await database.db.insertInto("bookend_counter").values({ name, node, value }).execute();
      }
      const name = options.counter_name;
      const allowNegative = /^(1|true)$/i.test(options.allow_negative_values ?? "");
      const answer = await {
        increase_counter: () => counters.add(name, 1),
        decrease_counter: () => counters.decrease(name, { allowNegative }),
        reset_counter: () => counters.reset(name),
      }[action]();
      const sums = new Map<string, number>();
      for (const counter of after.counters) sums.set(counter.name, (sums.get(counter.name) ?? 0) + counter.value);
      const expected = [...sums].map(([name, value]) => ({ name, value })).sort((a, b) => (a.name < b.name ? -1 : 1));
      expect(await counters.list(), `case ${id}`).toEqual(expected);
      expect(answer, `case ${id}`).toBe(sums.get(name));
      expect(await counters.value(name), `case ${id}`).toBe(answer);
    }
  });

  it("return null for a counter that does not exist", async () => {
    const { store } = await openTestStore(await freshUrl());
    expect(await store.counters.value("c")).toBeNull();
    expect(await store.counters.reset("c")).toBe(0);
    expect(await store.counters.value("c")).toBe(0);
  });

  it("add and subtract more than one", async () => {
    const { counters } = (await openTestStore(await freshUrl())).store;
    expect(await counters.add("c", 10)).toBe(10);
    expect(await counters.add("c", -3)).toBe(7);
    expect(await counters.decrease("c", { by: 5, allowNegative: false })).toBe(2);
    expect(await counters.decrease("c", { by: 5, allowNegative: false })).toBe(0);
    expect(await counters.decrease("c", { by: 5, allowNegative: true })).toBe(-5);
    expect(await counters.add("d", Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
    expect(await counters.value("d")).toBe(Number.MAX_SAFE_INTEGER);
    await expect(counters.add("c", 0.5)).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
  });

  it("never go below zero while nodes decrease concurrently", async () => {
    const url = await freshUrl();
    const nodes = await Promise.all(["n1", "n2", "n3"].map((node) => openTestStore(url, { node })));
    await nodes[0]?.store.counters.add("c", 20);
    const answers = await Promise.all(
      nodes.flatMap(({ store }) =>
        Array.from({ length: 10 }, () => store.counters.decrease("c", { allowNegative: false })),
      ),
    );
    expect(answers.sort((a, b) => b - a)).toEqual([
      ...Array.from({ length: 20 }, (_, i) => 19 - i),
      ...Array(10).fill(0),
    ]);
    expect(await nodes[0]?.store.counters.value("c")).toBe(0);
  });
});
