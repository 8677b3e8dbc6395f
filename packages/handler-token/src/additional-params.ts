import { parse } from "yaml";
import { z } from "zod";

const allowed = "a mapping in JSON or YAML, of at most 10000 characters, without aliases and prototype keys";

const mapping = z.record(z.string(), z.json());

const refusedKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Parameters of an enrolment: a mapping, as JSON or YAML text or as an object. */
export function additionalParams() {
  return z
    .unknown()
    .transform((given, context): Readonly<Record<string, unknown>> => {
      const found = typeof given === "string" ? parseText(given) : given;
      const checked = hasRefusedKey(found) ? undefined : mapping.safeParse(found);
      if (checked?.success) return checked.data;
      context.addIssue({ code: "custom", message: `must be ${allowed}` });
      return z.NEVER;
    })
    .meta({ type: ["string", "object"], "x-widget": "text", "x-allowed": allowed });
}

/** JSON is YAML too. Undefined if it is neither. */
function parseText(text: string): unknown {
  if (text.length > 10_000) return undefined;
  try {
    return parse(text, { schema: "core", maxAliasCount: 0, logLevel: "error" });
  } catch {
    return undefined;
  }
}

/** Whether a key anywhere in it could reach a prototype. The schema would drop `__proto__` in silence. */
function hasRefusedKey(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(
    ([key, inner]) => (!Array.isArray(value) && refusedKeys.has(key)) || hasRefusedKey(inner),
  );
}
