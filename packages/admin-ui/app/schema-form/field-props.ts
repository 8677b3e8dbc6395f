import type { ReactNode } from "react";
import type { Schema, TagDescription } from "../api/describe.ts";
import type { Problem } from "../api/http.ts";

/** The properties of every field of a form. */
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
  /** The references that were followed to the objects that this one is inside of. */
  readonly within?: readonly string[];
}

/** The properties of every input of a field. */
export interface InputProps {
  readonly label: string;
  readonly required: boolean;
  readonly disabled: boolean;
  readonly description: ReactNode;
  readonly error: string | undefined;
  readonly inputWrapperOrder: ("label" | "input" | "description" | "error")[];
}
