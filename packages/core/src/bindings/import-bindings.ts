import { createHash } from "node:crypto";
import { type Binding, type BindingInput, completeBinding, type NewBinding } from "../contracts/binding.js";
import type { BindingChange, ChangeOrigin, WritableBindingStore } from "../contracts/binding-store.js";
import type { ImportedBinding, ImportMode, ImportOptions, ImportResult } from "../contracts/bindings.js";
import { BindingInvalidError, BookendError, type Problem, ValueError } from "../contracts/errors.js";
import { createPauses } from "../internal/pauses.js";
import { problemMessage } from "../internal/problem-message.js";
import type { WrittenBindings } from "./binding-changes.js";
import { nameTakenProblem } from "./check-binding.js";
import { sameBinding } from "./same-binding.js";

/** Maximum number of attempts to import when bindings are changed while the import is being prepared. */
const maxTries = 10;

/** Dependencies of an import. */
interface ImportEnvironment {
  readonly target: WritableBindingStore;
  readonly checkAll: (inputs: readonly BindingInput[]) => Promise<readonly (readonly Problem[])[]>;
  readonly write: (changes: readonly BindingChange[], origin: ChangeOrigin) => Promise<WrittenBindings>;
}

/**
 * Imports bindings. Checks and prepares everything first, then calls the store once.
 *
 * @throws {BookendError} BINDING_CHANGED if `state` is not the current one
 */
export async function importBindings(
  { target, checkAll, write }: ImportEnvironment,
  inputs: readonly BindingInput[],
  { mode = "merge", inactive = false, strict = false, dryRun = false, state, origin }: ImportOptions = {},
): Promise<ImportResult> {
  if (!modes.includes(mode)) {
    const allowed = modes.join(", ");
    throw new ValueError(problemMessage(`${JSON.stringify(mode)} is not valid`, allowed, "mode"), allowed);
  }
  const problems = await checkAll(inputs);
  const pause = createPauses();
  const refused = (problem: Problem) => problem.code === "FIELD_INVALID" || (strict && problem.severity === "error");
  refuseWrong(problems.map((each) => each.filter(refused)));
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
    const before = stateOf(stored);
    if (state !== undefined && state !== before) throw stateChanged();
    const plan = await planImport(wanted, stored, mode);
    try {
      const changes = [...plan.removals, ...plan.steps.flatMap(({ change }) => change ?? [])];
      // the store is not called if there is nothing to change: its listeners would read all bindings again
      const { bindings } =
        dryRun || changes.length === 0
          ? { bindings: undefined }
          : await write(changes, { operation: "import", ...origin });
      return { bindings: reportOf(plan, bindings, problems), removed: plan.removed, state: before };
    } catch (error) {
      const raced = error instanceof BookendError && racedCodes.has(error.code);
      if (!raced || tries >= maxTries) throw error;
    }
  }
}

const modes: readonly ImportMode[] = ["merge", "add", "prune", "replace"];

/** Returns the result for each binding of the list, or its preview. */
function reportOf(
  { steps }: ImportPlan,
  written: readonly Binding[] | undefined,
  problems: readonly (readonly Problem[])[],
): readonly ImportedBinding[] {
  let next = 0;
  return steps.map(({ change, before, binding }, index): ImportedBinding => {
    const found = problems[index] ?? [];
    if (before !== undefined && change === undefined) {
      return { binding: before, outcome: "unchanged", before, problems: found };
    }
    const outcome = before === undefined ? "added" : "updated";
    const planned: Binding = { ...binding, id: before?.id ?? 0, revision: before?.revision ?? 0 };
    // removals come first and do not return a binding
    const stored = written?.[next++] ?? planned;
    return { binding: stored, outcome, ...(before && { before }), problems: found };
  });
}

/**
 * Returns a string that identifies the contents of the bindings by their ids and revisions: ids are never reused, and
 * each change creates a new revision.
 */
function stateOf(stored: readonly Binding[]): string {
  const revisions = stored.map(({ id, revision }) => `${id}:${revision}`).sort();
  return createHash("sha256").update(revisions.join("\n")).digest("base64url");
}

function stateChanged(): BookendError {
  return new BookendError(
    "BINDING_CHANGED",
    problemMessage(
      "the bindings were changed meanwhile",
      "the state of the current bindings, as a new dry run returns it",
      "state",
    ),
  );
}

const racedCodes: ReadonlySet<string> = new Set(["BINDING_CHANGED", "BINDING_NOT_FOUND", "BINDING_NAME_TAKEN"]);

/** The changes that turn the stored bindings into the requested ones. */
interface ImportPlan {
  /** The removals of bindings that are deleted, and of those that receive a new id. */
  readonly removals: readonly BindingChange[];
  /** One step for each requested binding, in the order of the list. */
  readonly steps: readonly ImportStep[];
  /** The bindings that are deleted. */
  readonly removed: readonly Binding[];
}

/** The change for one requested binding. */
interface ImportStep {
  readonly binding: NewBinding;
  /** Undefined if the stored binding already equals the requested one. */
  readonly change: BindingChange | undefined;
  /** The stored binding with the name of the requested one. */
  readonly before: Binding | undefined;
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
  const steps: ImportStep[] = [];
  /**
   * For each ordering, the id of the last binding in the list so far; infinite if that binding gets a new id. Bindings
   * with the same ordering run by id.
   */
  const lastIds = new Map<number, number>();
  for (const binding of wanted) {
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    const before = byName.get(binding.name);
    byName.delete(binding.name);
    const last = lastIds.get(binding.ordering) ?? 0;
    if (before && (mode !== "replace" || before.id > last)) {
      lastIds.set(binding.ordering, before.id);
      const { id, revision } = before;
      const change = sameBinding(before, binding) ? undefined : ({ kind: "update", id, revision, binding } as const);
      steps.push({ binding, before, change });
      continue;
    }
    // `replace` also keeps the order of the list: with a new id, the binding runs after the preceding ones
    if (before) removals.push({ kind: "remove", id: before.id, revision: before.revision });
    lastIds.set(binding.ordering, Number.POSITIVE_INFINITY);
    steps.push({ binding, before, change: { kind: "insert", binding } });
  }
  const removed = mode === "replace" || mode === "prune" ? [...byName.values()] : [];
  removals.push(...removed.map(({ id, revision }): BindingChange => ({ kind: "remove", id, revision })));
  return { removals, steps, removed };
}

function repeatedNames(inputs: readonly BindingInput[]): readonly (readonly Problem[])[] {
  const names = new Set<string>();
  return inputs.map(({ name }) => {
    const repeated = names.has(name);
    names.add(name);
    return repeated ? [nameTakenProblem(name)] : [];
  });
}

/** Maximum number of problems that are reported for a refused import. */
const maxReported = 100;

/**
 * Refuses the import if there are problems, each of which names the place of its binding in the list.
 *
 * @throws {BindingInvalidError} BINDING_INVALID
 */
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
