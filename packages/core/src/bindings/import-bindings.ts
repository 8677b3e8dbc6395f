import {
  type Binding,
  type BindingChange,
  type BindingInput,
  type ChangeOrigin,
  completeBinding,
  type NewBinding,
  type WritableBindingStore,
} from "../contracts/binding.js";
import type { ImportedBinding, ImportMode, ImportOptions, ImportResult } from "../contracts/bindings.js";
import { BindingInvalidError, BookendError, type Problem, ValueError } from "../contracts/errors.js";
import { createPauses } from "../internal/pauses.js";
import type { WrittenBindings } from "./binding-changes.js";
import { nameTakenProblem } from "./check-binding.js";

/** How often an import is tried again because bindings were changed while it was being prepared. */
const maxTries = 10;

/** What an import needs. */
interface ImportEnvironment {
  readonly target: WritableBindingStore;
  readonly checkAll: (inputs: readonly BindingInput[]) => Promise<readonly (readonly Problem[])[]>;
  readonly write: (changes: readonly BindingChange[], origin: ChangeOrigin) => Promise<WrittenBindings>;
}

/** Writes bindings that come from elsewhere. Checks and prepares everything first; the store is then asked once. */
export async function importBindings(
  { target, checkAll, write }: ImportEnvironment,
  inputs: readonly BindingInput[],
  { mode = "merge", inactive = false, origin }: ImportOptions = {},
): Promise<ImportResult> {
  if (mode !== "merge" && mode !== "add" && mode !== "replace") {
    const allowed = "merge, add, replace";
    throw new ValueError(`mode: ${JSON.stringify(mode)} is not valid. Allowed: ${allowed}.`, allowed);
  }
  const problems = await checkAll(inputs);
  const pause = createPauses();
  refuseWrong(problems.map((each) => each.filter(({ code }) => code === "FIELD_INVALID")));
  refuseWrong(repeatedNames(inputs));
  const wanted: NewBinding[] = [];
  for (const [index, input] of inputs.entries()) {
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    const complete = completeBinding(input);
    const valid = problems[index]?.every(({ severity }) => severity === "warning") ?? true;
    wanted.push({ ...complete, active: complete.active && valid && !inactive });
  }
  for (let tries = 1; ; tries++) {
    const stored = await target.list();
    const plan = await planImport(wanted, stored, mode);
    try {
      const { bindings } = await write(plan.changes, { operation: "import", ...origin });
      // removals come first and write nothing
      return {
        bindings: bindings.map(
          (binding, index): ImportedBinding => ({
            binding,
            outcome: plan.updated.has(binding.name) ? "updated" : "added",
            problems: problems[index] ?? [],
          }),
        ),
        removed: plan.removed,
      };
    } catch (error) {
      const raced = error instanceof BookendError && racedCodes.has(error.code);
      if (!raced || tries >= maxTries) throw error;
    }
  }
}

const racedCodes: ReadonlySet<string> = new Set(["BINDING_CHANGED", "BINDING_NOT_FOUND", "BINDING_NAME_TAKEN"]);

/** What turns the stored bindings into the wanted ones. */
interface ImportPlan {
  /** Removals, then one change for each wanted binding, in order. */
  readonly changes: readonly BindingChange[];
  /** Names of those that were there. */
  readonly updated: ReadonlySet<string>;
  /** Those that are gone. */
  readonly removed: readonly Binding[];
}

async function planImport(
  wanted: readonly NewBinding[],
  stored: readonly Binding[],
  mode: ImportMode,
): Promise<ImportPlan> {
  const pause = createPauses();
  const byName = new Map(stored.map((binding) => [binding.name, binding]));
  if (mode === "add") {
    refuseWrong(wanted.map(({ name }) => (byName.has(name) ? [nameTakenProblem(name)] : [])));
  }
  const removals: BindingChange[] = [];
  const changes: BindingChange[] = [];
  const updated = new Set<string>();
  /** Of each ordering, the id of the binding before, as far as the list came; bindings of one ordering run by id. */
  const lastIds = new Map<number, number>();
  for (const binding of wanted) {
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    const present = byName.get(binding.name);
    byName.delete(binding.name);
    if (present) updated.add(binding.name);
    const last = lastIds.get(binding.ordering) ?? 0;
    if (present && (mode !== "replace" || present.id > last)) {
      lastIds.set(binding.ordering, present.id);
      changes.push({ kind: "update", id: present.id, revision: present.revision, binding });
      continue;
    }
    // where all others go, the list is also the order, which a new id at its end keeps
    if (present) removals.push({ kind: "remove", id: present.id });
    lastIds.set(binding.ordering, Number.POSITIVE_INFINITY);
    changes.push({ kind: "insert", binding });
  }
  const removed = mode === "replace" ? [...byName.values()] : [];
  removals.push(...removed.map(({ id }): BindingChange => ({ kind: "remove", id })));
  return { changes: [...removals, ...changes], updated, removed };
}

function repeatedNames(inputs: readonly BindingInput[]): readonly (readonly Problem[])[] {
  const names = new Set<string>();
  return inputs.map(({ name }) => {
    const repeated = names.has(name);
    names.add(name);
    return repeated ? [nameTakenProblem(name)] : [];
  });
}

/** Most problems of a refused import that are reported. */
const maxReported = 100;

/** Refuses all, and says at which place in the list something is wrong. */
function refuseWrong(problems: readonly (readonly Problem[])[]): void {
  const wrong: Problem[] = [];
  let count = 0;
  for (const [index, each] of problems.entries()) {
    count += each.length;
    for (const problem of each.slice(0, maxReported - wrong.length)) {
      const place = `binding ${index + 1}: `;
      wrong.push({ ...problem, field: place + problem.field, message: place + problem.message });
    }
  }
  if (count > 0) throw new BindingInvalidError(wrong, count - wrong.length);
}
