import type { z } from "zod";

/** Fields whose values may be secret or may reveal a secret. */
const secretFields = /^(?:secrets|database|outgoing\.webhookSecrets|handlers\.\d+\.options)\b/;

/** Describes an issue of the configuration's schema in one line: `<field>: <what is wrong>. Allowed: <what>.` */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  return `${wrong(issue)}. Allowed: ${allowed(issue)}.`;
}

/** Returns the line that describes a problem. */
export function problemLine(field: string, wrongAndAllowed: string): string {
  return `${field || "(file)"}: ${wrongAndAllowed}`;
}

function wrong(issue: z.core.$ZodRawIssue): string {
  if (issue.code === "unrecognized_keys") return "this option does not exist";
  if (issue.input === undefined) return "the value is missing";
  const field = (issue.path ?? []).join(".");
  const shown = secretFields.test(field) ? undefined : shownValue(issue.input);
  return shown === undefined ? "the value is not valid" : `${shown} is not valid`;
}

/** Shows primitive values such as numbers and strings, but no objects, which may contain anything. */
function shownValue(input: unknown): string | undefined {
  if (typeof input === "object" && input !== null) return undefined;
  const text = JSON.stringify(input) ?? String(input);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function allowed(issue: z.core.$ZodRawIssue): string {
  const { inst } = issue;
  switch (issue.code) {
    case "invalid_type":
      return typeNames[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.map(String).join(", ");
    case "too_small":
      return issue.origin === "string" ? "a string that is not empty" : `a number of at least ${issue.minimum}`;
    case "too_big":
      return `a number of at most ${issue.maximum}`;
    case "unrecognized_keys":
      return optionNames(inst).join(", ");
    case "invalid_union":
      return issue.discriminator === undefined ? "another value" : discriminators(inst).join(", ");
    case "invalid_format":
      return issue.format === "url" ? "a URL that begins with http:// or https://" : `a ${issue.format}`;
    default:
      return "another value";
  }
}

const typeNames: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "a string",
  boolean: "true or false",
  array: "a list",
  object: "a set of options",
};

function optionNames(schema: unknown): readonly string[] {
  const { shape = {} } = definitionOf(schema);
  return Object.keys(shape);
}

function discriminators(schema: unknown): readonly string[] {
  const { options = [], discriminator = "" } = definitionOf(schema);
  return options.flatMap((option) => definitionOf(definitionOf(option).shape?.[discriminator]).values ?? []);
}

interface Definition {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly options?: readonly unknown[];
  readonly discriminator?: string;
  readonly values?: readonly string[];
}

function definitionOf(schema: unknown): Definition {
  return (schema as { _zod?: { def?: Definition } } | undefined)?._zod?.def ?? {};
}
