import { readFileSync } from "node:fs";
import { BindingInvalidError, createBookend, createCall, memoryAudit, memoryBindings } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { counter, memoryCounters } from "../src/index.js";

interface CounterValue {
  name: string;
  value: number;
}

interface RecordedCase {
  id: number;
  action: string;
  options: Record<string, unknown>;
  state: { counters?: CounterValue[] };
  after: { counters: CounterValue[] };
  note?: string;
}

const cases = JSON.parse(
  readFileSync(new URL("fixtures/counter.json", import.meta.url), "utf8"),
) as readonly RecordedCase[];

/** Cases that handlers.md contradicts: the binding is refused, with a problem in this field. */
const refused: Readonly<Record<number, { field: string; because: string }>> = {
  248: { field: "action", because: "section 4: the action is called increase_counter" },
  251: { field: "options.counter_name", because: "section 4: counter_name is required" },
};

/** Each node of the recorded server had a value of its own; what counts is their sum. */
function sums(counters: readonly CounterValue[] = []): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { name, value } of counters) found[name] = (found[name] ?? 0) + value;
  return found;
}

async function host(initial: Record<string, number>) {
  const counters = memoryCounters(initial);
  const audit = memoryAudit();
  const bookend = createBookend({
    handlers: [counter({ counters })],
    bindings: memoryBindings(),
    directories: { counters },
    audit,
  });
  await bookend.ready();
  return { bookend, counters, audit };
}

describe("recorded cases of Counter", () => {
  const run = cases.filter(({ id }) => !refused[id]);

  it.each(run)("$id $action $options, counters: $note", async ({ action, options, state, after }) => {
    const { bookend, counters, audit } = await host(sums(state.counters));
    await bookend.bindings.add({ name: "count", events: ["token_init"], handler: "Counter", action, options });
    await bookend.handle(createCall({ event: "token_init" }), () => ({ status: 200, body: {} }));
    expect(audit.entries.map(({ outcome }) => outcome)).toEqual(["done"]);
    const expected = sums(after.counters);
    const found = Object.fromEntries(Object.keys(expected).map((name) => [name, counters.value(name)]));
    expect(found).toEqual(expected);
  });

  it.each(cases.filter(({ id }) => refused[id]))("$id $action $options is refused when saved", async (recorded) => {
    const { bookend } = await host({});
    const { action, options } = recorded;
    const adding = bookend.bindings.add({ name: "count", events: ["token_init"], handler: "Counter", action, options });
    const error = await adding.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BindingInvalidError);
    expect((error as BindingInvalidError).problems.map(({ field }) => field)).toEqual([refused[recorded.id]?.field]);
  });
});
