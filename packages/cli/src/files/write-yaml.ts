import type { Document, Node, YAMLMap } from "yaml";
import { lazyLibraries } from "../lazy-libraries.js";
import type { ExportedBinding } from "../target/target.js";
import { escapeUnprintable, unprintable } from "../unprintable.js";
import { fieldNames } from "./binding-fields.js";
import { envTag } from "./env-reference.js";

const defaults: Readonly<Record<string, unknown>> = {
  position: "post",
  ordering: 0,
  active: true,
  abort_on_error: null,
  delivery: "inline",
};

/** Returns the fields of a binding that differ from their defaults. */
export function withoutDefaults({ name, ...fields }: ExportedBinding): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).filter(([field, value]) => value !== undefined && !isDefault(field, value)),
  );
}

function isDefault(field: string, value: unknown): boolean {
  if (field === "conditions" || field === "options") return Object.keys(value as object).length === 0;
  return Object.hasOwn(defaults, field) && defaults[field] === value;
}

/** An option of a binding that has `***` instead of a secret in an export. */
export interface MaskedOption {
  readonly name: string;
  readonly option: string;
}

/** Writes bindings as YAML in the given order, with a comment where a secret is missing. */
export function writeBindings(bindings: readonly ExportedBinding[], masked: readonly MaskedOption[] = []): string {
  const yaml = lazyLibraries.yaml;
  const document = new yaml.Document({ bindings: {} }, { customTags: [envTag] });
  document.commentBefore = " yaml-language-server: $schema=https://unpkg.com/@bookend/cli/schema/bindings.schema.json";
  const secrets = new Map<string, Set<string>>();
  for (const { name, option } of masked) secrets.set(name, (secrets.get(name) ?? new Set()).add(option));
  const all = new yaml.YAMLMap(document.schema);
  document.setIn(["bindings"], all);
  for (const binding of bindings) {
    const fields = withoutDefaults(binding);
    const ordered = Object.fromEntries(fieldNames.filter((name) => name in fields).map((name) => [name, fields[name]]));
    const node = document.createNode(ordered) as YAMLMap;
    const options = node.get("options", true) as Node | undefined;
    for (const option of secrets.get(binding.name) ?? []) {
      const value = yaml.isMap(options) ? options.get(option, true) : undefined;
      if (yaml.isScalar(value)) value.comment = " a secret: replace it with !env NAME";
    }
    all.items.push(document.createPair(binding.name, node));
  }
  return textOf(document);
}

/** Writes any value as YAML with sorted names. */
export function sortedYaml(value: unknown): string {
  return yamlOf(value, { sortMapEntries: true });
}

/** Writes any value as YAML. */
export function toYaml(value: unknown): string {
  return yamlOf(value, {});
}

function yamlOf(value: unknown, more: { readonly sortMapEntries?: true }): string {
  const options = { ...more, customTags: [envTag], aliasDuplicateObjects: false };
  return textOf(new lazyLibraries.yaml.Document(value, null, options));
}

/** Writes a document without characters that control a terminal. */
function textOf(document: Document): string {
  const text = document.toString({ lineWidth: 0 });
  if (text.search(unprintable) < 0) return text;
  lazyLibraries.yaml.visit(document, {
    Scalar(_key, node) {
      // only quoted strings can contain escapes
      if (typeof node.value === "string" && node.value.search(unprintable) >= 0) node.type = "QUOTE_DOUBLE";
    },
  });
  return escapeUnprintable(document.toString({ lineWidth: 0 }));
}
