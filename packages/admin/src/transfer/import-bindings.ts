import {
  type Binding,
  type BindingInput,
  BindingInvalidError,
  type Bookend,
  type ChangeOrigin,
  createPauses,
  type Problem,
  problemMessage,
  type Registry,
  uniqueNames,
} from "@bookend/core";
import { bindingChanges, bindingFields } from "../binding-fields.js";
import type { Result } from "../envelope.js";
import { type Fields, isRecord, refuseUnknown } from "../fields.js";
import { createProblemList } from "../problems.js";
import { restoreSecrets } from "../secrets.js";
import { adoptOptions } from "./adopt-options.js";
import { exportedItem } from "./export-bindings.js";
import { type ImportDocument, readDocument } from "./read-document.js";

/** Fields that an exported binding may have. Its id and revision, which the exporting server assigned, are ignored. */
const exportedFields: readonly string[] = ["id", "revision", ...bindingFields];

/**
 * `POST /event/import`: writes bindings by their names, either all or none. The README describes the parameters.
 * A binding with errors is imported, but disabled, and reported. With `strict`, an error refuses the whole import.
 */
export async function importBindings(
  bookend: Bookend,
  query: Fields,
  body: Fields,
  origin: ChangeOrigin,
): Promise<Result> {
  const document = readDocument(query, body);
  const { mode, inactive, strict, dryRun, state } = document;
  const stored = new Map((await bookend.bindings.list()).map((binding) => [binding.name, binding]));
  const pause = createPauses();
  const read: ReadItem[] = [];
  for (const item of renamed(document)) {
    read.push(readItem(bookend.registry, item, stored));
    await pause();
  }
  if (strict) refuseErrors(read);
  const result = await bookend.bindings.import(
    read.map(({ input }) => input),
    { mode, inactive, strict, dryRun, state, origin },
  );
  const list = createProblemList();
  const report: object[] = [];
  for (const [index, { binding, outcome, before, problems }] of result.bindings.entries()) {
    report.push({
      id: binding.id,
      name: binding.name,
      outcome,
      active: binding.active,
      // the data with which a client can show what would change
      ...(dryRun && outcome !== "unchanged" && difference(bookend.registry, before, binding)),
      ...list([...(read[index]?.problems ?? []), ...problems]),
    });
    await pause();
  }
  return {
    value: report.length,
    detail: {
      bindings: report,
      removed: result.removed.map(({ id, name }) => ({ id, name })),
      ignored: document.ignored,
      state: result.state,
      dry_run: dryRun,
    },
  };
}

/**
 * Returns both sides of a change as they are exported, and the options whose secrets change although both sides look
 * the same.
 */
function difference(registry: Registry, before: Binding | undefined, after: Binding) {
  const shown = exportedItem(after, registry);
  if (before === undefined) return { after: shown };
  const shownBefore = exportedItem(before, registry);
  const secrets = Object.keys(after.options).filter(
    (name) =>
      JSON.stringify(after.options[name]) !== JSON.stringify(before.options[name]) &&
      JSON.stringify(shown.options[name]) === JSON.stringify(shownBefore.options[name]),
  );
  return { before: shownBefore, after: shown, changed_secrets: secrets };
}

/**
 * Refuses the import if this API has found errors in bindings, with the error that core throws for those that it finds.
 *
 * @throws {BindingInvalidError} BINDING_INVALID
 */
function refuseErrors(read: readonly ReadItem[]): void {
  const wrong = read.flatMap(({ problems }, index) =>
    problems
      .filter(({ severity }) => severity === "error")
      .map((problem) => {
        const place = `binding ${index + 1}: `;
        return { ...problem, field: place + problem.field, message: place + problem.message };
      }),
  );
  if (wrong.length > 0) throw new BindingInvalidError(wrong);
}

interface Item {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly foreign: boolean;
  readonly problems: readonly Problem[];
}

/**
 * Gives each binding of a privacyIDEA export a unique name. privacyIDEA allows several bindings with the same name: all
 * of them except the first get a number.
 */
function renamed({ items, foreign }: ImportDocument): readonly Item[] {
  if (!foreign) return items.map((fields) => ({ fields, foreign, problems: [] }));
  const names = uniqueNames(items.map(({ name }) => (typeof name === "string" ? name : "")));
  return items.map((fields, index) => {
    const name = names[index];
    if (typeof fields.name !== "string" || fields.name === name) return { fields, foreign, problems: [] };
    const message = `name: ${JSON.stringify(fields.name)} occurs more than once, so this binding is called ${JSON.stringify(name)}.`;
    return {
      fields: { ...fields, name },
      foreign,
      problems: [{ severity: "warning", code: "NAME_TAKEN", field: "name", value: fields.name, message }],
    };
  });
}

interface ReadItem {
  readonly input: BindingInput;
  readonly problems: readonly Problem[];
}

function readItem(registry: Registry, item: Item, stored: ReadonlyMap<string, Binding>): ReadItem {
  const { foreign } = item;
  const problems = [...item.problems];
  let { fields } = item;
  if (foreign) {
    const { rest, unknown } = splitForeign(fields);
    fields = rest;
    problems.push(...unknown);
  } else refuseUnknown(fields, exportedFields);
  let input = bindingChanges(fields) as BindingInput;
  if (isRecord(input.options)) {
    const { handler, action, name } = input;
    const restored = restoreSecrets(registry, { handler, action, options: input.options }, stored.get(name));
    problems.push(...restored.problems);
    const { options } = restored;
    input = { ...input, options: foreign ? adoptOptions(registry.action(handler, action), options) : options };
  }
  const valid = problems.every(({ severity }) => severity === "warning");
  return { input: valid ? input : { ...input, active: false }, problems };
}

/**
 * Removes fields that only privacyIDEA has, and reports them: without them, the binding might run more often than
 * before.
 */
function splitForeign(fields: Readonly<Record<string, unknown>>): {
  readonly rest: Readonly<Record<string, unknown>>;
  readonly unknown: readonly Problem[];
} {
  const unknown: Problem[] = [];
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (exportedFields.includes(name)) rest[name] = value;
    // old releases of privacyIDEA had one condition, in this field; newer releases export the field empty
    else if (name !== "condition" || !isEmpty(value)) unknown.push(unknownField(name, value));
  }
  return { rest, unknown };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

function unknownField(name: string, value: unknown): Problem {
  const shown = JSON.stringify(value) ?? "";
  const short = shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
  const message = problemMessage(
    `${short} cannot be imported, since bindings of this server do not have this field`,
    bindingFields.join(", "),
    name,
  );
  return { severity: "error", code: "FIELD_INVALID", field: name, value, message, allowed: bindingFields.join(", ") };
}
