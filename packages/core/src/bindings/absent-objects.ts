import type { Binding } from "../contracts/binding.js";
import type { Problem } from "../contracts/errors.js";
import type { EventDescription } from "../contracts/event.js";
import type { CompiledBinding } from "./compile-binding.js";

/** Returns the warnings about conditions on an object that the event has yet to create, or has already deleted. */
export function absentObjects(
  { events, position }: Binding,
  { conditions }: CompiledBinding,
  described: ReadonlyMap<string, EventDescription>,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const { definition } of conditions) {
    const about = definition.needs?.[0];
    if (about === undefined) continue;
    const event = events.find((name) =>
      described.get(name)?.[position === "pre" ? "creates" : "removes"]?.includes(about),
    );
    if (event === undefined) continue;
    const field = `conditions.${definition.name}`;
    const object = about.replace(/s$/, "");
    const why =
      position === "pre"
        ? `the ${object} that ${event} creates does not exist yet at position "pre", so this condition can only see a ${object} that existed before the call`
        : `${event} deletes the ${object}, so at position "post" this condition sees it as it was before the call, if the server keeps it`;
    problems.push({ severity: "warning", code: "OBJECT_NOT_THERE", field, message: `${field}: ${why}.` });
  }
  return problems;
}
