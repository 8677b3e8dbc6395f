import type { Problem } from "@bookend/core";

/** Warns about a missing option without which the action does nothing. */
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
