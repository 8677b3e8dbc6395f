/** How a form shows an option. Omitted keywords follow from its schema. */
export interface FormOptions {
  readonly title?: string | undefined;
  /** The field is shown only while another option has this value. */
  readonly visibleIf?: { readonly option: string; readonly value: string | boolean } | undefined;
  /** Options of the same group are shown together. */
  readonly group?: string | undefined;
  /** `text` shows a field of several lines. */
  readonly widget?: "text" | undefined;
}

/**
 * Returns the JSON Schema keywords of a form field, for zod's `.meta()`: `flag().meta(form({ group: "recipient" }))`.
 */
export function form({ title, visibleIf, group, widget }: FormOptions): Record<string, unknown> {
  return {
    ...(title !== undefined && { title }),
    ...(visibleIf && { "x-visible-if": visibleIf }),
    ...(group !== undefined && { "x-group": group }),
    ...(widget !== undefined && { "x-widget": widget }),
  };
}
