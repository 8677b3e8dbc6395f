import type { Binding } from "../api/bindings.ts";
import type { ActionDescription, Schema } from "../api/describe.ts";

/** The values of the form of a binding. */
export interface Draft {
  readonly name: string;
  readonly active: boolean;
  readonly event: readonly string[];
  readonly position: string;
  readonly ordering: number | string;
  readonly handlermodule: string;
  readonly action: string;
  readonly abort_on_error: boolean;
  readonly delivery: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly conditions: Readonly<Record<string, unknown>>;
}

/** A draft as it is stored to survive a reload. */
export interface StoredDraft {
  readonly draft: Draft;
  /** The binding before the changes. A newer revision may be stored by the time the draft is restored. */
  readonly base: Draft;
  /** The revision of `base`; undefined for a new binding. */
  readonly revision?: number | undefined;
}

/** The values of the form of a new binding. */
export const emptyDraft: Draft = {
  name: "",
  active: true,
  event: [],
  position: "post",
  ordering: 0,
  handlermodule: "",
  action: "",
  abort_on_error: false,
  delivery: "inline",
  options: {},
  conditions: {},
};

/** Returns the values of the form of a stored binding. */
export function draftOf(binding: Binding): Draft {
  const { id: _id, revision: _revision, delivery = "inline", ...fields } = binding;
  return { ...fields, delivery };
}

/** Returns whether two drafts have the same content. */
export function sameDraft(one: Draft, other: Draft): boolean {
  return canonical(one) === canonical(other);
}

/** Returns a value as JSON, independent of the order of its names. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}

/** Returns the names of the options of an action that are secret, or that may contain a secret at any depth. */
export function secretOptions(action: ActionDescription | undefined): ReadonlySet<string> {
  const names = Object.entries(action?.options.properties ?? {}).filter(([, schema]) => hasSecret(schema));
  return new Set(names.map(([name]) => name));
}

function hasSecret(schema: Schema, depth = 0): boolean {
  if (schema["x-secret"]) return true;
  if (depth > 20) return true;
  const parts = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
    ...(schema.items ? [schema.items] : []),
    ...(typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : []),
  ];
  // targets of references are not inspected, so every reference counts as secret
  return schema.$ref !== undefined || parts.some((part) => hasSecret(part, depth + 1));
}

/**
 * Returns a draft without the values that were typed into secret options, since it is kept in the browser. These
 * options have their values from `before`. Stored secrets are shown as `***` anyway.
 */
export function withoutSecrets(draft: Draft, before: Draft, secrets: ReadonlySet<string>): Draft {
  const options = Object.entries(draft.options).flatMap(([name, value]): [string, unknown][] => {
    if (!secrets.has(name)) return [[name, value]];
    return Object.hasOwn(before.options, name) ? [[name, before.options[name]]] : [];
  });
  return { ...draft, options: Object.fromEntries(options) };
}

/** A field that two people changed. */
export interface Conflict {
  /** The field, such as `name` or `options.subject`. */
  readonly field: string;
  readonly theirs: unknown;
  readonly mine: unknown;
}

/** The merged changes of two people. */
export interface MergedDrafts {
  /** The merged draft, with `mine` for fields that both changed. */
  readonly merged: Draft;
  /** Fields that both changed. */
  readonly conflicts: readonly Conflict[];
  /** Fields that only the other person changed. */
  readonly taken: readonly string[];
}

/** Merges two changes of the same draft. */
export function mergeDrafts(base: Draft, theirs: Draft, mine: Draft): MergedDrafts {
  const [baseFields, theirFields, myFields] = [flatten(base), flatten(theirs), flatten(mine)];
  const merged = new Map<string, unknown>();
  const conflicts: Conflict[] = [];
  const taken: string[] = [];
  for (const field of new Set([...baseFields.keys(), ...theirFields.keys(), ...myFields.keys()])) {
    const [before, other, own] = [baseFields.get(field), theirFields.get(field), myFields.get(field)];
    const [changedThere, changedHere] = [!same(before, other), !same(before, own)];
    if (changedThere && changedHere && !same(other, own)) conflicts.push({ field, theirs: other, mine: own });
    if (changedThere && !changedHere) taken.push(field);
    const value = changedHere ? own : other;
    if (value !== undefined) merged.set(field, value);
  }
  return { merged: unflatten(merged, mine), conflicts, taken };
}

/** Returns a draft with one field, named as in a conflict, set to a value; undefined removes an option or condition. */
export function setField(draft: Draft, field: string, value: unknown): Draft {
  const fields = flatten(draft);
  if (value === undefined) fields.delete(field);
  else fields.set(field, value);
  return unflatten(fields, draft);
}

function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function flatten({ options, conditions, ...fields }: Draft): Map<string, unknown> {
  return new Map<string, unknown>([
    ...Object.entries(fields),
    ...Object.entries(options).map(([name, value]): [string, unknown] => [`options.${name}`, value]),
    ...Object.entries(conditions).map(([name, value]): [string, unknown] => [`conditions.${name}`, value]),
  ]);
}

function unflatten(fields: ReadonlyMap<string, unknown>, shape: Draft): Draft {
  const below = (prefix: string) =>
    Object.fromEntries(
      [...fields]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  const top = Object.fromEntries([...fields].filter(([name]) => name in shape));
  return { ...shape, ...top, options: below("options."), conditions: below("conditions.") };
}
