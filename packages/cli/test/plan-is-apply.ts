import fc from "fast-check";
import { expect } from "vitest";
import { parseBindingFile } from "../src/files/binding-file.js";
import { EnvReference } from "../src/files/env-reference.js";
import type { WantedBinding } from "../src/files/read-files.js";
import { toYaml } from "../src/files/write-yaml.js";
import { styleOf } from "../src/output/style.js";
import { changesAnything, itemsOf, makePlan } from "../src/plan/make-plan.js";
import { showPlan } from "../src/plan/show-plan.js";
import type { ExportedBinding, Target } from "../src/target/target.js";

const style = styleOf({ write: () => undefined }, {}, false);

const common = {
  event: fc.subarray(["auth", "token_init", "validate_check"], { minLength: 1 }),
  position: fc.constantFrom("pre", "post"),
  ordering: fc.integer({ min: -2, max: 2 }),
  active: fc.boolean(),
  abort_on_error: fc.constantFrom(null, true, false),
  conditions: fc.dictionary(fc.constantFrom("client_ip", "realm"), fc.constantFrom("10.0.0.0/8", "192.0.2.1"), {
    maxKeys: 2,
  }),
};

const counter = fc.record({
  ...common,
  handlermodule: fc.constant("Counter"),
  action: fc.constantFrom("increase_counter", "reset_counter"),
  options: fc.record({ counter_name: fc.constantFrom("a", "b", "ä: {x}", "#") }),
});

/** Bindings whose URL may contain a secret. */
const webhook = fc.record({
  ...common,
  position: fc.constant("post"),
  handlermodule: fc.constant("WebHook"),
  action: fc.constant("post_webhook"),
  options: fc.record({
    URL: fc.constantFrom("https://h.example/services/T1/x", "https://h.example/services/T2/x", "https://h.example/y"),
    content_type: fc.constant("json"),
    data: fc.constantFrom("{}", '{"a":\n1}'),
    replace: fc.constant("0"),
  }),
});

const names = fc.constantFrom("one", "two", "3", "four five", "- six", "*seven", "null");
const states = fc.dictionary(names, fc.oneof(counter, webhook), { maxKeys: 6, noNullPrototype: true });

/** Returns the contents of a file with these bindings. */
function wantedOf(state: object, variable: string | undefined): readonly WantedBinding[] {
  const { bindings, problems } = parseBindingFile("x.yaml", toYaml({ bindings: state }));
  expect(problems).toEqual([]);
  return bindings.map((source) => {
    const { URL: url } = source.fields.options as { URL?: string };
    return {
      source,
      item: { name: source.name, ...source.fields },
      fromEnvironment: new Map(url === undefined || variable === undefined ? [] : [["options.URL", variable]]),
    };
  });
}

async function stored(target: Target): Promise<ReadonlyMap<string, ExportedBinding>> {
  return new Map((await target.export()).bindings.map((binding) => [binding.name, binding]));
}

const fieldsOf = ({ name, ...fields }: ExportedBinding) => fields;

/** Checks that plan predicts what apply does, and that a second apply changes nothing, for random pairs of states. */
export async function planIsApply(target: Target, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      states,
      states,
      fc.boolean(),
      fc.constantFrom(undefined, "HOOK"),
      async (from, to, prune, variable) => {
        await target.import(itemsOf(wantedOf(from, undefined)), { mode: "prune", strict: true });
        const before = await stored(target);
        const wanted = wantedOf(to, variable);
        const mode = prune ? "prune" : "merge";
        const plan = await makePlan(target, wanted, { mode });
        expect(plan.problems).toEqual([]);
        expect(await stored(target)).toEqual(before);
        await target.import(itemsOf(wanted), { mode, strict: true, state: plan.state });
        const after = await stored(target);

        const expected = new Map([...before].map(([name, binding]): [string, unknown] => [name, fieldsOf(binding)]));
        for (const { name } of plan.removed) expected.delete(name);
        for (const { name, after: fields } of [...plan.added, ...plan.changed]) {
          // a plan shows a changed secret as !env NAME, or as *** (changed)
          const is = after.get(name)?.options.URL;
          const shown = (fields?.options ?? {}) as { URL?: unknown };
          const hidden = shown.URL instanceof EnvReference || shown.URL === `${String(is)} (changed)`;
          expected.set(name, hidden ? { ...fields, options: { ...shown, URL: is } } : fields);
        }
        expect(new Map([...after].map(([name, binding]) => [name, fieldsOf(binding)]))).toEqual(expected);
        for (const { name, before: fields } of [...plan.changed, ...plan.removed]) {
          expect(fields).toEqual(fieldsOf(before.get(name) as ExportedBinding));
        }

        const text = showPlan(plan, style);
        const titles = text.split("\n").filter((line) => /^[-+~] /.test(line));
        const titlesOf = (sign: string, changes: typeof plan.added) => changes.map(({ name }) => `${sign} ${name}`);
        expect(titles).toEqual([
          ...titlesOf("+", plan.added),
          ...titlesOf("~", plan.changed),
          ...titlesOf("-", plan.removed),
        ]);
        expect(text).not.toMatch(/T1|T2/);

        const again = await makePlan(target, wanted, { mode });
        expect(changesAnything(again)).toBe(false);
      },
    ),
    { numRuns: runs },
  );
}
