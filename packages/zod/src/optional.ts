import * as z from "zod";
import { type TextOptions, text } from "./text.js";

// written out, since what zod infers here has a name that its first versions do not know

/** Schema of an option that may be left out. */
export type OptionalOption<T> = z.ZodOptional<z.ZodType<T | undefined, unknown>>;

/** Schema of an option that has a value if it is left out. */
export type DefaultedOption<T> = z.ZodPrefault<z.ZodType<T, unknown>>;

/**
 * An option that may be left out. privacyIDEA stores `""` for one that was not given, so an empty string (and null) is the same.
 * Marked as optional outside as well as inside: before zod 4.4 a preprocessed option counts as required in the JSON Schema.
 */
export function optional<S extends z.ZodType>(schema: S): OptionalOption<z.output<S>> {
  return z.preprocess(emptyIsMissing, schema.optional()).optional();
}

/** Like `optional`, with a value that is parsed in its place: `withDefault(template(), "event={action} triggered")`. */
export function withDefault<S extends z.ZodType>(schema: S, value: z.input<S>): DefaultedOption<z.output<S>> {
  return z.preprocess((given) => emptyIsMissing(given) ?? value, schema).prefault(value as never);
}

/** A string that may be left out. */
export function optionalText(options: TextOptions = {}): OptionalOption<string> {
  return optional(text(options));
}

function emptyIsMissing(value: unknown): unknown {
  return value === "" || value === null ? undefined : value;
}
