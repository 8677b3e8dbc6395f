import * as z from "zod";
import { type TextOptions, text } from "./text.js";

// explicit, since the type that zod infers has a name that early versions do not export

/** Schema of an optional option. */
export type OptionalOption<T> = z.ZodOptional<z.ZodType<T | undefined, unknown>>;

/** Schema of an option with a default. */
export type DefaultedOption<T> = z.ZodPrefault<z.ZodType<T, unknown>>;

/**
 * Creates the schema of an option that may be omitted. privacyIDEA stores `""` for an option that was not given, so an
 * empty string and null count as missing. Both the schema and its inner schema are marked as optional, since zod before
 * 4.4 treats a preprocessed option as required in the JSON Schema.
 */
export function optional<S extends z.ZodType>(schema: S): OptionalOption<z.output<S>> {
  return z.preprocess(emptyIsMissing, schema.optional()).optional();
}

/**
 * Like `optional`, but a missing option becomes a default, which is parsed: `withDefault(template(), "event={action}
 * triggered")`.
 */
export function withDefault<S extends z.ZodType>(schema: S, value: z.input<S>): DefaultedOption<z.output<S>> {
  return z.preprocess((given) => emptyIsMissing(given) ?? value, schema).prefault(value as never);
}

/** Creates the schema of an optional string. */
export function optionalText(options: TextOptions = {}): OptionalOption<string> {
  return optional(text(options));
}

function emptyIsMissing(value: unknown): unknown {
  return value === "" || value === null ? undefined : value;
}
