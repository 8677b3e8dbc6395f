import type { Binding } from "../contracts/binding.js";
import type { Problem } from "../contracts/errors.js";
import { isPromise } from "../contracts/maybe-promise.js";
import { inheritsOptionNames, optionsJsonSchemaOf, redactionOf } from "../definitions/describe-options.js";
import type { Action } from "../definitions/handler.js";
import { faultOf } from "../internal/fault.js";
import { withoutPrototypes } from "../internal/field-names.js";
import { freezeDeep } from "../internal/freeze-deep.js";
import { isRecord } from "../internal/is-record.js";
import { secretMark } from "../internal/mask-url.js";
import { problemMessage } from "../internal/problem-message.js";
import { showValue, withoutCredentials } from "../internal/show-value.js";
import { runSchema, runSelfContained, type ThirdPartyRun } from "../internal/third-party.js";
import { unknownName } from "../internal/unknown-name.js";
import { maxProblemsOfField } from "./binding-size.js";
import { handlerFault } from "./handler-fault.js";

/**
 * Returns the options of a binding, parsed by its action's schema; undefined if the schema refuses them, with the
 * reasons in `problems`.
 */
export function parseOptions(
  binding: Binding,
  action: Action,
  tags: ThirdPartyRun["tags"],
  problems: Problem[],
): unknown {
  const jsonSchema = optionsJsonSchemaOf(action);
  const properties = isRecord(jsonSchema.properties) ? jsonSchema.properties : undefined;
  const entries: [string, unknown][] = [];
  let unknown = 0;
  for (const [name, value] of Object.entries(binding.options)) {
    if (!properties || Object.hasOwn(properties, name)) entries.push([name, value]);
    else if (unknown++ < maxProblemsOfField) {
      problems.push(unknownName("UNKNOWN_OPTION", `options.${name}`, "Option", name, Object.keys(properties)));
    }
  }
  const known = Object.fromEntries(entries);
  try {
    const result = validate(action, known, tags);
    if (!result.issues) return freezeDeep(result.value);
    for (const issue of result.issues.slice(0, maxProblemsOfField))
      problems.push(optionProblem(issue, action, known, properties));
  } catch (error) {
    const { class: name, code } = faultOf(error);
    const what = `the schema of ${binding.handler}:${binding.action} is broken (${name} ${code})`;
    problems.push(
      handlerFault(
        "options",
        problemMessage(what, "a schema that returns its result synchronously and does not throw"),
      ),
    );
  }
  return undefined;
}

/**
 * Returns the result of a schema; throws whatever the schema throws, and for anything that is not a result, such as a
 * promise.
 */
function validate(action: Action, options: Readonly<Record<string, unknown>>, tags: ThirdPartyRun["tags"]): Validated {
  // a copy, since the schema must not change the stored binding, which must also not be frozen with the result
  const copy = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null ? structuredClone(value) : value,
    ]),
  );
  const run = action.selfContained === true ? runSelfContained : runSchema;
  const returned: unknown = run({ tags, onRejection: () => undefined }, () =>
    action.options["~standard"].validate(inheritsOptionNames(action) ? withoutPrototypes(copy) : copy),
  );
  if (isPromise(returned)) {
    // the schemas of some libraries return a rejected promise instead of throwing; an unhandled rejection ends the
    // process
    Promise.resolve(returned).catch(() => undefined);
    throw new TypeError("a schema returned a promise");
  }
  const issues = isRecord(returned) ? returned.issues : null;
  const valid = issues === undefined || (Array.isArray(issues) && issues.length > 0);
  if (!isRecord(returned) || !valid) throw new TypeError("a schema returned something that is not a result");
  return { value: returned.value, issues };
}

interface Validated {
  readonly value: unknown;
  readonly issues: readonly Issue[] | undefined;
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

function optionProblem(
  issue: Issue,
  action: Action,
  known: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, unknown>> | undefined,
): Problem {
  const path = (issue.path ?? []).map((segment) => String(typeof segment === "object" ? segment.key : segment));
  const name = path[0];
  const field = ["options", ...path].join(".");
  const redaction = redactionOf(action);
  const message = redaction.redactText(issue.message, known);
  if (name === undefined)
    return { severity: "error", code: "OPTION_INVALID", field, message: problemMessage(message, undefined, field) };
  const given = Object.hasOwn(known, name);
  const value = withoutCredentials(redaction.redact(known)[name]);
  const found = given ? `is ${value === secretMark ? secretMark : showValue(value)}` : "is missing";
  const allowed = allowedBy(properties?.[name]);
  return {
    severity: "error",
    code: "OPTION_INVALID",
    field,
    ...(given && { value }),
    message: problemMessage(
      `${field} ${found}: ${message}`,
      allowed && !message.includes(allowed) ? allowed : undefined,
    ),
    allowed,
  };
}

function allowedBy(property: unknown): string | undefined {
  if (!isRecord(property)) return undefined;
  if (Array.isArray(property.enum)) return property.enum.join(", ");
  return typeof property["x-allowed"] === "string" ? property["x-allowed"] : undefined;
}
