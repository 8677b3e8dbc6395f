import type { JsonSchema } from "../contracts/value-type.js";
import { isRecord } from "../internal/is-record.js";
import { maskUrl, secretMark } from "../internal/mask-url.js";
import { definitionOf } from "../internal/schema-paths.js";

/** The secret part of a value: either all of it, or the parts of a URL that may be secret. */
type SecretKind = "value" | "url";

/** Values by name, such as the options of an action or the settings of a gateway. */
type Values = Readonly<Record<string, unknown>>;

/** Hides values that a JSON Schema marks as secret, and restores those that a client sends back masked. */
export interface Redaction {
  /**
   * Names of the values that are secret or contain secrets; empty without a schema, although every value then counts as
   * secret.
   */
  readonly names: ReadonlySet<string>;
  /** Returns the values with `***` for each secret. */
  redact(values: Values): Record<string, unknown>;
  /**
   * Returns the values, with each masked one replaced by the stored value, and the names of masked values for which
   * nothing is stored.
   */
  restore(
    values: Values,
    stored: Values,
  ): { readonly values: Readonly<Record<string, unknown>>; readonly missing: readonly string[] };
  /**
   * Returns a string, such as a message of a schema, with `***` instead of each secret among `values` that has at least
   * 4 characters.
   */
  redactText(text: string, values: Values): string;
}

/**
 * Creates the redaction for a JSON Schema of an object: `"x-secret": true` hides a value, at any depth, and
 * `"x-secret": "url"` the parts of a URL that may be secret. Without a schema, every value counts as secret.
 */
export function redactionBy(schema: JsonSchema | undefined): Redaction {
  const kinds = schema && secretKindsIn(schema);
  const kindOf = (name: string): SecretKind | undefined => (kinds ? kinds.get(name) : "value");
  const redact = (values: Values) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, mask(kindOf(name), value)]));
  return {
    names: new Set(kinds?.keys()),
    redact,
    restore(values, stored) {
      const shown = redact(stored);
      const restored: [string, unknown][] = [];
      const missing: string[] = [];
      for (const [name, value] of Object.entries(values)) {
        if (!isRedacted(kindOf(name), value)) restored.push([name, value]);
        else if (Object.hasOwn(shown, name) && shown[name] === value) restored.push([name, stored[name]]);
        else missing.push(name);
      }
      return { values: Object.fromEntries(restored), missing };
    },
    redactText(text, values) {
      const secrets = Object.entries(values).flatMap(([name, value]) => {
        const kind = kindOf(name);
        return kind === undefined ? [] : stringsIn(value).map((secret) => ({ secret, shown: `${mask(kind, secret)}` }));
      });
      // longest first: replacing a secret that is part of another one would leave the rest of the longer one readable
      secrets.sort((a, b) => b.secret.length - a.secret.length);
      let redacted = text;
      for (const { secret, shown } of secrets) {
        for (const spelling of [secret, JSON.stringify(secret).slice(1, -1)]) {
          redacted = redacted.replaceAll(spelling, () => shown);
        }
      }
      return redacted;
    },
  };
}

function mask(kind: SecretKind | undefined, value: unknown): unknown {
  if (kind === undefined) return value;
  return kind === "url" && typeof value === "string" ? maskUrl(value) : secretMark;
}

/** Returns whether a value is, or contains, a mask. */
function isRedacted(kind: SecretKind | undefined, value: unknown): boolean {
  if (kind === undefined || typeof value !== "string") return false;
  return kind === "url" ? value.includes(secretMark) : value === secretMark;
}

/** Minimum length of a secret that is replaced in messages: shorter strings could occur in any message. */
const leastSecretLength = 4;

function stringsIn(root: unknown): readonly string[] {
  const found: string[] = [];
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === "string" || typeof value === "number") {
      const text = String(value);
      if (text.length >= leastSecretLength) found.push(text);
    } else if (typeof value === "object" && value !== null) {
      for (const part of Object.values(value)) open.push(part);
    }
  }
  return found;
}

function secretKindsIn(schema: JsonSchema): ReadonlyMap<string, SecretKind> {
  const kinds = new Map<string, SecretKind>();
  const { properties } = schema;
  for (const [name, property] of Object.entries(isRecord(properties) ? properties : {})) {
    const marks = new Set<unknown>();
    collectSecretMarks(property, schema, new Set(), marks);
    if (marks.has(true)) kinds.set(name, "value");
    else if (marks.has("url")) kinds.set(name, "url");
  }
  return kinds;
}

function collectSecretMarks(schema: unknown, root: JsonSchema, seen: Set<unknown>, marks: Set<unknown>): void {
  if (typeof schema !== "object" || schema === null || seen.has(schema)) return;
  seen.add(schema);
  if (isRecord(schema)) {
    marks.add(schema["x-secret"]);
    if (typeof schema.$ref === "string") collectSecretMarks(definitionOf(schema.$ref, root), root, seen, marks);
  }
  for (const part of Object.values(schema)) collectSecretMarks(part, root, seen, marks);
}
