import {
  type Action,
  type BindingInput,
  type Bookend,
  optionsJsonSchemaOf,
  type Problem,
  type Registry,
} from "@bookend/core";
import { bindingChanges, bindingFields } from "./binding-fields.js";
import { itemOf } from "./binding-item.js";
import type { Result } from "./envelope.js";
import { type Fields, fromJson, isRecord, refuseUnknown, wrong } from "./fields.js";
import { describeProblems } from "./problems.js";
import { restoreSecrets, secretMark } from "./secrets.js";

/** What marks an export of ours; a list without it is one of privacyIDEA's. */
const ourFormat = "bookend";

/** `GET /event/export`: all bindings, without their ids. Secrets stay here; `detail.masked` names each. */
export async function exportBindings({ bindings, registry }: Bookend, fields: Fields): Promise<Result> {
  refuseUnknown(fields, []);
  const exported: object[] = [];
  const masked: object[] = [];
  for (const binding of await bindings.list()) {
    const { id, ...item } = itemOf(binding, registry);
    exported.push({ ...item, abort_on_error: binding.abortOnError });
    for (const [option, value] of Object.entries(item.options)) {
      if (value === secretMark && binding.options[option] !== secretMark) masked.push({ id, name: item.name, option });
    }
  }
  return { value: { format: ourFormat, bindings: exported }, detail: { masked } };
}

/**
 * `POST /event/import`: adds bindings (`mode` `add`, the default) or puts them in the place of all others (`replace`).
 * One that is invalid here is kept, switched off, and reported.
 */
export async function importBindings(bookend: Bookend, fields: Fields): Promise<Result> {
  refuseUnknown(fields, ["mode", "format", "bindings", "event"]);
  const { mode = "add", format } = fields;
  if (mode !== "add" && mode !== "replace") throw wrong("mode", mode, "add, replace");
  if (format !== undefined && format !== ourFormat) throw wrong("format", format, ourFormat);
  const list = fromJson(fields.bindings ?? fields.event);
  if (!Array.isArray(list)) throw wrong("bindings", list, "a list of bindings");
  const read = list.map((item: unknown, index) => readItem(bookend.registry, item, index, format === undefined));
  const inputs = read.map(({ input }) => input);
  const imported = await bookend.bindings.import(inputs, { replace: mode === "replace" });
  const report = imported.map(({ binding, problems }, index) => ({
    id: binding.id,
    name: binding.name,
    active: binding.active,
    problems: describeProblems([...(read[index]?.problems ?? []), ...problems]),
  }));
  return { value: report.length, detail: { bindings: report } };
}

interface ReadItem {
  readonly input: BindingInput;
  readonly problems: readonly Problem[];
}

function readItem(registry: Registry, item: unknown, index: number, foreign: boolean): ReadItem {
  if (!isRecord(item)) throw wrong(`bindings.${index}`, item, "an object");
  refuseUnknown(item, ["id", ...bindingFields]);
  // the id is the other server's
  const input = bindingChanges(item) as BindingInput;
  if (!isRecord(input.options)) return { input, problems: [] };
  const { handler, action } = input;
  const { options, problems } = restoreSecrets(registry, { handler, action, options: input.options });
  const read = foreign ? rewriteBraces(registry.action(handler, action), options) : options;
  return { input: { ...input, options: read, ...(problems.length > 0 && { active: false }) }, problems };
}

/**
 * privacyIDEA writes a literal brace in a text with tags as two; here two begin a block, and `\{` is a literal one.
 * Only a text that has `{{` is touched: in any other one braces mean the same on both sides.
 */
function rewriteBraces(
  action: Action | undefined,
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { properties } = action ? optionsJsonSchemaOf(action) : {};
  const hasTags = (name: string) => isRecord(properties) && mentions(properties[name], "x-tags");
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      const rewritten = typeof value === "string" && value.includes("{{") && hasTags(name);
      return [name, rewritten ? value.replaceAll("{{", "\\{").replaceAll("}}", "}") : value];
    }),
  );
}

/** Whether a schema has a keyword, be it in one of its parts. */
function mentions(schema: unknown, keyword: string): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  return Object.hasOwn(schema, keyword) || Object.values(schema).some((part) => mentions(part, keyword));
}
