import { deepEqual, equal, fail, ok } from "node:assert/strict";
import { BindingInvalidError, createBookend, memoryBindings, optionsJsonSchemaOf, type Problem } from "@bookend/core";
import { actionsOf } from "./description-tests.js";
import type { HandlerTest } from "./handler-test.js";
import { snapshotOf } from "./snapshot.js";
import { bindingOf, runUse, type TestBed, type Use } from "./test-bed.js";

/** Tests that options are parsed according to their schema, and not changed. */
export const optionTests: readonly HandlerTest[] = [
  {
    name: "accepts its samples: a binding with the options of each has no errors",
    async run(bed) {
      for (const use of bed.uses) {
        for (const position of use.positions) {
          const errors = await errorsOf(bed, { ...use, positions: [position] });
          ok(errors.length === 0, `${use.action} at ${position}: ${errors.map(({ message }) => message).join(" ")}`);
        }
      }
    },
  },
  {
    name: "keeps stored options: they are saved, read and parsed again as they were written",
    async run(bed) {
      for (const use of bed.uses) {
        const stored = structuredClone(use.options);
        const bookend = createBookend({
          handlers: [bed.handler],
          bindings: memoryBindings(),
          directories: bed.directories,
        });
        try {
          const { id } = await bookend.bindings.add({ ...bindingOf(bed.handler, use), options: stored });
          const read = await bookend.bindings.get(id);
          deepEqual(read?.options, use.options, `${use.action}: the stored options are not those that were written`);
          deepEqual(stored, use.options, `${use.action}: parsing changed the options that it received`);
          const again: unknown = JSON.parse(JSON.stringify(read?.options));
          const [, action] = actionsOf(bed.handler).find(([name]) => name === use.action) ?? [];
          const result = action?.options["~standard"].validate(again);
          ok(
            result !== undefined && "issues" in result ? result.issues === undefined : result !== undefined,
            `${use.action}: the options are refused after they were read from JSON`,
          );
          deepEqual(again, use.options, `${use.action}: parsing changed the options that it received`);
        } finally {
          bookend.close();
        }
      }
    },
  },
  {
    name: "refuses options that do not exist",
    async run(bed) {
      for (const use of bed.uses) {
        const options = { ...use.options, kit_unknown: "x" };
        const [, action] = actionsOf(bed.handler).find(([name]) => name === use.action) ?? [];
        const result = await action?.options["~standard"].validate(options);
        ok(result?.issues, `${use.action}: the schema accepts an option kit_unknown. Allowed: a strict schema`);
        const errors = await errorsOf(bed, use, options);
        ok(
          errors.some(({ field, message }) => `${field} ${message}`.includes("kit_unknown")),
          `${use.action}: no error names the option kit_unknown`,
        );
      }
    },
  },
  {
    name: "requires the options that its JSON Schema requires",
    async run(bed) {
      for (const use of bed.uses) {
        const [, action] = actionsOf(bed.handler).find(([name]) => name === use.action) ?? [];
        if (!action) continue;
        const { required } = optionsJsonSchemaOf(action);
        for (const option of Array.isArray(required) ? required : []) {
          const { [String(option)]: _left, ...rest } = use.options;
          const errors = await errorsOf(bed, use, rest);
          ok(errors.length > 0, `${use.action}: ${option} is required by the JSON Schema, but may be left out`);
        }
      }
    },
  },
  {
    name: "does not break on options of other types",
    async run(bed) {
      for (const use of bed.uses) {
        for (const option of Object.keys(use.options)) {
          for (const wrong of wrongValues) {
            const problems = await problemsOf(bed, use, { ...use.options, [option]: wrong });
            const fault = problems.find(({ code }) => code === "HANDLER_FAULT");
            equal(fault, undefined, `${use.action}: the schema breaks on ${option} = ${shortened(wrong)}`);
          }
        }
      }
    },
  },
  {
    name: "does not change its options while it runs",
    async run(bed) {
      for (const use of bed.uses) {
        let changed = false;
        await runUse(bed, use, {
          async around(action, context) {
            const result = await action.options["~standard"].validate(structuredClone(use.options));
            if (result.issues) return fail(`${use.action}: its sample's options are refused`);
            const options: unknown = result.value;
            const before = snapshotOf(options);
            // the action gets options that are not frozen: with the frozen options of the dispatcher, a change would
            // cause a fault that does not say why
            try {
              return await action.run(Object.create(context, { options: { value: options, enumerable: true } }));
            } finally {
              changed = !before.isUnchanged();
            }
          },
        });
        ok(!changed, `${use.action} changes its options. Allowed: changing a copy`);
      }
    },
  },
];

const wrongValues: readonly unknown[] = [
  null,
  0,
  -1.5,
  true,
  "",
  [],
  {},
  [[]],
  { a: 1 },
  "\u0000",
  "x".repeat(100_000),
];

function shortened(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 40 ? `${json.slice(0, 40)}…` : json;
}

/** Returns the problems of a binding with these options, at the first position of the use. */
async function problemsOf(bed: TestBed, use: Use, options = use.options): Promise<readonly Problem[]> {
  const { handler, directories } = bed;
  const bookend = createBookend({ handlers: [handler], bindings: memoryBindings(), directories });
  try {
    return await bookend.check(bindingOf(handler, use, { options }));
  } catch (error) {
    if (error instanceof BindingInvalidError) return error.problems;
    throw error;
  } finally {
    bookend.close();
  }
}

async function errorsOf(bed: TestBed, use: Use, options = use.options): Promise<readonly Problem[]> {
  return (await problemsOf(bed, use, options)).filter(({ severity }) => severity === "error");
}
