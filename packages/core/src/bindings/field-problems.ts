import type { Binding } from "../contracts/binding.js";
import type { CallField } from "../contracts/call.js";
import type { Problem } from "../contracts/errors.js";
import type { EventDescription } from "../contracts/event.js";
import { schemaHas } from "../internal/schema-paths.js";
import type { CompiledBinding } from "./compile-binding.js";
import type { CompiledCondition } from "./compile-context.js";

/**
 * Returns the warnings about conditions on fields that the schema of an event does not have: they are always unknown
 * for that event.
 */
export function fieldProblems(
  { events }: Binding,
  { conditions }: CompiledBinding,
  described: ReadonlyMap<string, EventDescription>,
): readonly Problem[] {
  if (described.size === 0) return [];
  const problems: Problem[] = [];
  for (const condition of conditions) {
    const fields = fieldsOf(condition);
    if (fields.length === 0) continue;
    const lacking = events.filter((name) => fields.every((one) => isLacking(one, described.get(name))));
    const [first] = lacking;
    if (first === undefined) continue;
    const field = `conditions.${condition.definition.name}`;
    const asked = fields.map(({ in: part, path }) => `${path.join(".")} of the ${part}`).join(", or ");
    const others = lacking.length === events.length ? "" : ", although it may be known for the other events";
    problems.push({
      severity: "warning",
      code: "FIELD_NOT_DESCRIBED",
      field,
      message: `${field}: the event ${first} does not describe ${asked}, so this condition is always unknown for it${others}.`,
    });
  }
  return problems;
}

/**
 * Returns the fields that a condition reads. If its `reads` throws, it counts as reading none, since the fields are
 * used only for advice.
 */
export function fieldsOf({ definition, value }: CompiledCondition): readonly CallField[] {
  try {
    return definition.reads?.(value) ?? [];
  } catch {
    return [];
  }
}

function isLacking({ in: part, path }: CallField, event: EventDescription | undefined): boolean {
  const schema = part === "headers" ? undefined : event?.[part];
  return schema !== undefined && !schemaHas(schema, path);
}
