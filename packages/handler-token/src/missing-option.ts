import type { Problem } from "@bookend/core";

/** Warns about an option without which an action does nothing, if it is missing. */
export function missingOption(options: Readonly<Record<string, unknown>>, name: string): readonly Problem[] {
  if (options[name] !== undefined) return [];
  return [
    {
      severity: "warning",
      code: "OPTION_INVALID",
      field: `options.${name}`,
      message: `options.${name} is missing: the action changes nothing.`,
    },
  ];
}
