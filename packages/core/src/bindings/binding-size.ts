import type { BindingInput } from "../contracts/binding.js";
import type { Problem } from "../contracts/errors.js";
import { problemMessage } from "../internal/problem-message.js";

/** Maximum number of events of a binding. */
export const maxEvents = 1_000;

/** Maximum number of characters in all names and values of a binding's conditions, and of its options. */
const maxCharacters = { conditions: 100_000, options: 200_000 } as const;

/** Maximum number of values in a binding's conditions, and in its options, counted at all depths. */
const maxValues = 5_000;

/** Maximum number of problems of one kind that are reported for a list or an object of a binding. */
export const maxProblemsOfField = 20;

/**
 * Returns the problems of a binding whose options or conditions are larger than allowed: to check and compile them
 * would delay every call.
 */
export function sizeProblems(input: BindingInput): readonly Problem[] {
  return (["options", "conditions"] as const).flatMap((field): Problem[] => {
    const most = maxCharacters[field];
    const { characters, values } = sizeOf(input[field], most);
    const allowed = `${most} characters, and ${maxValues} values`;
    if (characters <= most && values <= maxValues) return [];
    const found = characters > most ? `more than ${most} characters` : `more than ${maxValues} values`;
    const message = problemMessage(`names and values have ${found}`, allowed, field);
    return [{ severity: "error", code: "FIELD_INVALID", field, message, allowed }];
  });
}

/** Counts the characters and values in a field of a binding until a limit is exceeded. */
function sizeOf(root: unknown, mostCharacters: number): { readonly characters: number; readonly values: number } {
  let characters = 0;
  let values = 0;
  const open: unknown[] = [root];
  while (open.length > 0 && characters <= mostCharacters && values <= maxValues) {
    const value = open.pop();
    if (typeof value === "string") characters += value.length;
    if (typeof value !== "object" || value === null) continue;
    for (const [name, part] of Object.entries(value)) {
      values += 1;
      characters += name.length;
      if (values > maxValues) break;
      open.push(part);
    }
  }
  return { characters, values };
}
