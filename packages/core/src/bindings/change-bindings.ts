import { type Binding, type BindingInput, completeBinding } from "../contracts/binding.js";
import type { BindingChange, ChangeOrigin, WritableBindingStore } from "../contracts/binding-store.js";
import type { BindingEdit } from "../contracts/bindings.js";
import { BindingInvalidError, BookendError, type Problem } from "../contracts/errors.js";
import { createPauses } from "../internal/pauses.js";
import { problemMessage } from "../internal/problem-message.js";
import { bindingChanged, bindingNotFound, type WrittenBindings } from "./binding-changes.js";
import { nameTakenProblem } from "./check-binding.js";

/** Maximum number of attempts to apply the changes when concurrent changes get in first. */
const maxTries = 10;

/**
 * Errors of a write that lost a race with another change. Planning again either succeeds or raises the definitive
 * error.
 */
const racedCodes: ReadonlySet<string> = new Set(["BINDING_CHANGED", "BINDING_NAME_TAKEN"]);

/** Dependencies of a change of several bindings. */
interface ChangeEnvironment {
  readonly target: WritableBindingStore;
  readonly checkAll: (inputs: readonly BindingInput[]) => Promise<readonly (readonly Problem[])[]>;
  readonly write: (changes: readonly BindingChange[], origin?: ChangeOrigin) => Promise<WrittenBindings>;
}

/**
 * Applies edits to the stored bindings, either all of them or none. Tries again if a binding is changed concurrently
 * and its edit does not request a revision.
 */
export async function changeBindings(
  environment: ChangeEnvironment,
  edits: readonly BindingEdit[],
  origin?: ChangeOrigin,
): Promise<readonly Binding[]> {
  for (let tries = 1; ; tries++) {
    const planned = await planChanges(environment, edits);
    if (planned.length === 0) return [];
    try {
      return (await environment.write(planned, origin)).bindings;
    } catch (error) {
      if (!(error instanceof BookendError && racedCodes.has(error.code)) || tries >= maxTries) throw error;
    }
  }
}

/** @throws {BookendError} BINDING_INVALID, BINDING_NOT_FOUND, BINDING_CHANGED */
async function planChanges(
  { target, checkAll }: ChangeEnvironment,
  edits: readonly BindingEdit[],
): Promise<readonly BindingChange[]> {
  const pause = createPauses();
  const stored = new Map((await target.list()).map((binding) => [binding.id, binding]));
  const changes: BindingChange[] = [];
  const toCheck: (BindingInput & { readonly id: number })[] = [];
  const seen = new Set<number>();
  for (const { id, revision, changes: wanted } of edits) {
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    const present = stored.get(id);
    if (seen.has(id)) throw new BindingInvalidError([repeatedProblem(id)]);
    seen.add(id);
    if (!present) throw bindingNotFound(id);
    if (revision !== undefined && revision !== present.revision) throw bindingChanged(id, present.revision);
    if (wanted === "remove") {
      changes.push({ kind: "remove", id, revision: present.revision });
      continue;
    }
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    const input: BindingInput & { id: number } = { ...present, ...given };
    if (!isHarmless(given)) toCheck.push(input);
    changes.push({ kind: "update", id, revision: present.revision, binding: completeBinding(input) });
  }
  if (toCheck.length > 0) {
    const taken = takenNames(stored, changes);
    const problems = await checkAll(toCheck);
    refuseErrors(
      toCheck,
      toCheck.map(({ name }, index) => [
        ...(taken.has(name) ? [nameTakenProblem(name)] : []),
        ...(problems[index] ?? []),
      ]),
    );
  }
  return changes;
}

/**
 * Returns the names that more than one binding would have after the changes, if at least one of those bindings gets the
 * name through the changes.
 */
function takenNames(stored: ReadonlyMap<number, Binding>, changes: readonly BindingChange[]): ReadonlySet<string> {
  const names = new Map([...stored].map(([id, { name }]) => [id, name]));
  const given = new Set<string>();
  for (const change of changes) {
    if (change.kind === "remove") names.delete(change.id);
    if (change.kind !== "update") continue;
    const { name } = change.binding;
    if (names.get(change.id) !== name) given.add(name);
    names.set(change.id, name);
  }
  const seen = new Set<string>();
  const taken = new Set<string>();
  for (const name of given.size === 0 ? [] : names.values()) {
    if (seen.has(name) && given.has(name)) taken.add(name);
    seen.add(name);
  }
  return taken;
}

function repeatedProblem(id: number): Problem {
  const allowed = "each binding once";
  return {
    severity: "error",
    code: "FIELD_INVALID",
    field: "id",
    value: id,
    message: problemMessage(`binding ${id} is named twice`, allowed, "id"),
    allowed,
  };
}

/** Returns whether a change cannot make a binding worse: even a broken binding may be switched off or reordered. */
function isHarmless(given: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(given).every(
    ([name, value]) =>
      (name === "active" && value === false) ||
      (name === "ordering" && Number.isSafeInteger(value) && Math.abs(value as number) < 2 ** 31),
  );
}

/** Maximum number of problems that the error for a refused change contains. */
const maxReported = 100;

function refuseErrors(inputs: readonly { readonly id: number }[], problems: readonly (readonly Problem[])[]): void {
  const wrong: Problem[] = [];
  let count = 0;
  for (const [index, each] of problems.entries()) {
    const errors = each.filter(({ severity }) => severity === "error");
    count += errors.length;
    for (const problem of errors.slice(0, maxReported - wrong.length)) {
      const place = `binding ${inputs[index]?.id}: `;
      wrong.push({ ...problem, field: place + problem.field, message: place + problem.message });
    }
  }
  if (count > 0) throw new BindingInvalidError(wrong, count - wrong.length);
}
