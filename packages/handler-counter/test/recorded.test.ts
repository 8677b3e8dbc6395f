import { describeRecordedCases, type RecordedState } from "@bookend/test-kit";
import { counter, memoryCounters } from "../src/index.js";

type Counters = NonNullable<RecordedState["counters"]>;

describeRecordedCases<{ readonly counters: Counters }>({
  handler: "Counter",
  fixtures: new URL("fixtures/", import.meta.url),
  count: 31,
  prepare({ state }, { after }) {
    const counters = memoryCounters(sums(state.counters));
    const names = new Set([...(state.counters ?? []), ...after.counters].map(({ name }) => name));
    const values = () => [...names].map((name) => [name, counters.value(name)] as const);
    return {
      handler: counter({ counters }),
      observe: () => ({ counters: Object.fromEntries(values().filter(([, value]) => value !== null)) }),
    };
  },
  recordedAfter: ({ after }) => ({ counters: sums(after.counters) }),
});

/** Adds up the values of each counter, since each node of the recording server kept a value of its own. */
function sums(counters: Counters = []): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { name, value } of counters) found[name] = (found[name] ?? 0) + value;
  return found;
}
