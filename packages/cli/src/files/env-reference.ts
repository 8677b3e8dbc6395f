import type { ScalarTag } from "yaml";

/** `!env NAME`: the value of an environment variable. */
export class EnvReference {
  constructor(readonly variable: string) {}

  toJSON(): string {
    return `!env ${this.variable}`;
  }
}

/** Returns whether a string is the name of an environment variable. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** The YAML tag `!env NAME`. */
export const envTag: ScalarTag = {
  tag: "!env",
  identify: (value) => value instanceof EnvReference,
  resolve: (text, onError) => {
    if (!isVariableName(text)) {
      onError(`${JSON.stringify(text)} is not the name of an environment variable`);
    }
    return new EnvReference(text);
  },
  stringify: ({ value }) => (value instanceof EnvReference ? value.variable : String(value)),
};

/**
 * Returns a part of a binding in which `found` has replaced each `!env`; the same object if it contains none.
 */
export function withEnvironment(
  value: unknown,
  path: string,
  found: (reference: EnvReference, path: string) => unknown,
): unknown {
  if (value instanceof EnvReference) return found(value, path);
  if (typeof value !== "object" || value === null) return value;
  let changed = false;
  const inner = Object.entries(value).map(([name, before]): [string, unknown] => {
    const after = withEnvironment(before, path === "" ? name : `${path}.${name}`, found);
    if (after !== before) changed = true;
    return [name, after];
  });
  if (!changed) return value;
  return Array.isArray(value) ? inner.map(([, after]) => after) : Object.fromEntries(inner);
}
