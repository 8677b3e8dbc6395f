import { Paper, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { ActionDescription, HandlerDescription } from "../api/describe.ts";
import type { Problem } from "../api/http.ts";
import type { Draft } from "./draft.ts";

/** The properties of each part of a binding's form. */
export interface SectionProps {
  readonly draft: Draft;
  set(fields: Partial<Draft>): void;
  readonly readOnly: boolean;
  /** Returns the error for a field of the binding. */
  errorOf(field: string): string | undefined;
  readonly problems: readonly Problem[];
  readonly handler: HandlerDescription | undefined;
  readonly action: ActionDescription | undefined;
}

/** The order of the parts of an input: the help is below it. */
export const inputOrder = ["label", "input", "description", "error"] as ("label" | "input" | "description" | "error")[];

/** A part of the form of a binding. */
export function FormSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder component="section" className="bk-section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <div className="bk-stack">{children}</div>
    </Paper>
  );
}
