import type * as z from "zod";

/** Refuses a value within a transformation. */
export function refuse(context: z.RefinementCtx, message: string): void {
  context.addIssue({ code: "custom", message });
}
