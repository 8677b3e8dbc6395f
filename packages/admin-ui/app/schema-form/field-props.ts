import type { ReactNode } from "react";
import type { Schema, TagDescription } from "../api/describe.ts";
import type { Problem } from "../api/http.ts";

/** The properties of every field of a form. */
export interface FieldProps {
  readonly label: string;
  /** Path of the field in the binding, as in problems: `options.To`. */
  readonly path: string;
  readonly schema: Schema;
  /** The schema in which references are resolved. */
  readonly root: Schema;
  readonly value: unknown;
  /** Receives the new value, or undefined if the field is omitted. */
  onChange(value: unknown): void;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly problems: readonly Problem[];
  readonly tags: readonly TagDescription[];
  readonly depth?: number;
  /** The references that were followed to the objects that contain this field. */
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
