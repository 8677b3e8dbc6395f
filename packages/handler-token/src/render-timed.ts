import type { ActionContext, TimedTemplate } from "@bookend/core";

/** Renders a template with the time of the call. */
export function renderTimed(
  { facts, render }: Pick<ActionContext<unknown>, "facts" | "render">,
  { template, times }: TimedTemplate,
  values: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  return render(template, { values: { ...times(facts), ...values } });
}
