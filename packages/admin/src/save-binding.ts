import {
  type Binding,
  type BindingInput,
  BindingInvalidError,
  type Bookend,
  type ChangeOrigin,
  type Problem,
} from "@bookend/core";
import { bindingChanges, bindingFields, optionPrefix } from "./binding-fields.js";
import type { Result } from "./envelope.js";
import { notFoundError } from "./errors.js";
import { type Fields, isRecord, refuseUnknown, wrong } from "./fields.js";
import { createProblemList, describeProblems } from "./problems.js";
import { revisionOf, tagOf } from "./revision.js";
import { restoreSecrets } from "./secrets.js";

/** `POST /event`: adds a binding, or changes the given fields of the one with `id`. The result is its id. */
export async function saveBinding(
  bookend: Bookend,
  fields: Fields,
  ifMatch: string | undefined,
  origin: ChangeOrigin,
): Promise<Result> {
  const id = idOf(fields);
  const revision = revisionOf(fields, ifMatch);
  if (id === undefined && revision !== undefined)
    throw wrong("revision", revision, "a revision only together with the id of a binding");
  const changes = readChanges(fields);
  const complete = (stored?: Binding) => {
    const restored = withSecrets(bookend, changes, stored);
    if (restored.problems.length > 0) throw new BindingInvalidError(restored.problems);
    return restored.changes;
  };
  const saved =
    id === undefined
      ? // core refuses missing fields and lists the allowed values
        await bookend.bindings.add(complete() as BindingInput, { origin })
      : await bookend.bindings.update(id, complete, { revision, origin });
  const warnings = describeProblems(await bookend.check(saved));
  return { value: saved.id, detail: { warnings }, headers: tagOf(saved) };
}

/**
 * `POST /event/check`: returns the problems that saving these fields would report. Without any fields, the problems of
 * all stored bindings.
 */
export async function checkFieldsOrAll(bookend: Bookend, fields: Fields): Promise<Result> {
  const problems: Problem[] = [];
  if (Object.keys(fields).length === 0) problems.push(...(await bookend.check()));
  else {
    const id = idOf(fields);
    const stored = id === undefined ? undefined : await getBinding(bookend, id);
    const { changes, problems: missing } = withSecrets(bookend, readChanges(fields), stored);
    problems.push(...missing, ...(await bookend.check({ ...stored, ...changes } as BindingInput)));
  }
  const valid = problems.every(({ severity }) => severity === "warning");
  // errors come first, so that a truncated list does not omit them in favor of warnings
  problems.sort((one, other) => Number(one.severity === "warning") - Number(other.severity === "warning"));
  return { value: { valid, ...createProblemList()(problems) } };
}

function readChanges(fields: Fields): Partial<BindingInput> {
  refuseUnknown(fields, ["id", "revision", ...bindingFields], optionPrefix);
  return bindingChanges(fields);
}

/**
 * Returns the changes, with stored secrets instead of each `***` that the client sent back, and a problem for each
 * option for which no secret is stored.
 */
export function withSecrets(
  { registry }: Bookend,
  changes: Partial<BindingInput>,
  stored: Binding | undefined,
): { readonly changes: Partial<BindingInput>; readonly problems: readonly Problem[] } {
  if (!isRecord(changes.options)) return { changes, problems: [] };
  const { handler, action } = { ...stored, ...changes } as BindingInput;
  const { options, problems } = restoreSecrets(registry, { handler, action, options: changes.options }, stored);
  return { changes: { ...changes, options }, problems };
}

/** Returns the parameter `id`, which names the binding to change; undefined if it is missing, null or empty. */
export function idOf({ id }: Fields): number | undefined {
  if (id === undefined || id === null || id === "") return undefined;
  const number = typeof id === "string" && /^\d{1,15}$/.test(id) ? Number(id) : id;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) throw wrong("id", id, "the id of a binding");
  return number;
}

/**
 * Returns the binding with this id.
 *
 * @throws {AdminError} 404 if there is no such binding
 */
export async function getBinding(bookend: Bookend, id: number): Promise<Binding> {
  const binding = await bookend.bindings.get(id);
  if (!binding) throw notFoundError(`There is no binding ${id}.`);
  return binding;
}
