import { type Binding, type BindingInput, BindingInvalidError, type Bookend, type Problem } from "@bookend/core";
import { bindingChanges, bindingFields, optionPrefix } from "./binding-fields.js";
import type { Result } from "./envelope.js";
import { notFoundError } from "./errors.js";
import { type Fields, isRecord, refuseUnknown, wrong } from "./fields.js";
import { describeProblems } from "./problems.js";
import { restoreSecrets } from "./secrets.js";

/** `POST /event`: adds a binding, or changes the fields given of the one with `id`. Answers with its id. */
export async function saveBinding(bookend: Bookend, fields: Fields): Promise<Result> {
  const { stored, changes, problems } = await readBinding(bookend, fields);
  if (problems.length > 0) throw new BindingInvalidError(problems);
  const saved = stored
    ? await bookend.bindings.update(stored.id, changes)
    : // what is missing is refused there, with what is allowed
      await bookend.bindings.add(changes as BindingInput);
  const warnings = describeProblems(await bookend.check(saved));
  return { value: saved.id, detail: { warnings } };
}

/** `POST /event/check`: what saving these fields would say; without any, what is wrong with all stored bindings. */
export async function checkFieldsOrAll(bookend: Bookend, fields: Fields): Promise<Result> {
  const problems = [];
  if (Object.keys(fields).length === 0) problems.push(...(await bookend.check()));
  else {
    const read = await readBinding(bookend, fields);
    problems.push(...read.problems, ...(await bookend.check({ ...read.stored, ...read.changes } as BindingInput)));
  }
  const valid = problems.every(({ severity }) => severity === "warning");
  return { value: { valid, problems: describeProblems(problems) } };
}

interface BindingChanges {
  /** The binding that is to be changed. */
  readonly stored?: Binding | undefined;
  readonly changes: Partial<BindingInput>;
  readonly problems: readonly Problem[];
}

async function readBinding(bookend: Bookend, fields: Fields): Promise<BindingChanges> {
  refuseUnknown(fields, ["id", ...bindingFields], optionPrefix);
  const stored = await storedBinding(bookend, fields.id);
  const changes = bindingChanges(fields);
  if (!isRecord(changes.options)) return { stored, changes, problems: [] };
  const { handler, action } = { ...stored, ...changes } as BindingInput;
  const { options, problems } = restoreSecrets(bookend.registry, { handler, action, options: changes.options }, stored);
  return { stored, changes: { ...changes, options }, problems };
}

async function storedBinding(bookend: Bookend, id: unknown): Promise<Binding | undefined> {
  if (id === undefined || id === null || id === "") return undefined;
  const number = typeof id === "string" && /^\d{1,15}$/.test(id) ? Number(id) : id;
  if (!Number.isSafeInteger(number)) throw wrong("id", id, "the id of a binding");
  return getBinding(bookend, number as number);
}

/** The binding with this id. Throws 404. */
export async function getBinding(bookend: Bookend, id: number): Promise<Binding> {
  const binding = await bookend.bindings.get(id);
  if (!binding) throw notFoundError(`There is no binding ${id}.`);
  return binding;
}
