import type { ScalarTag } from "yaml";

/** `!env NAME`: the value of an environment variable. */
export class EnvReference {
  constructor(readonly variable: string) {}

  toJSON(): string {
    return `!env ${this.variable}`;
  }
}

/** Whether a string is the name of an environment variable. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** How YAML reads and writes `!env NAME`. */
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
