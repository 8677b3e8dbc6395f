import type { ReactNode } from "react";
import type { Schema, TagDescription } from "../api/describe.ts";
import type { Problem } from "../api/http.ts";

/** What every field of a form is given. */
export interface FieldProps {
  readonly label: string;
  /** Where it is in the binding: `options.To`, as problems name it. */
  readonly path: string;
  readonly schema: Schema;
  /** The schema that references lead into. */
  readonly root: Schema;
  readonly value: unknown;
  /** Undefined: the field is left out. */
  onChange(value: unknown): void;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly problems: readonly Problem[];
  readonly tags: readonly TagDescription[];
  readonly depth?: number;
}

/** What every input of a field is given. */
export interface InputProps {
  readonly label: string;
  readonly required: boolean;
  readonly disabled: boolean;
  readonly description: ReactNode;
  readonly error: string | undefined;
  readonly inputWrapperOrder: ("label" | "input" | "description" | "error")[];
}
