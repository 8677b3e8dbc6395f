import * as z from "zod";
import { type TextOptions, text } from "./text.js";

/** An option that may be left out. privacyIDEA stores `""` for one that was not given, so an empty text (and null) is the same. */
export function optional<S extends z.ZodType>(schema: S) {
  return z.preprocess(emptyIsMissing, schema.optional());
}

/** Like `optional`, with a value that is parsed in its place: `withDefault(template(), "event={action} triggered")`. */
export function withDefault<S extends z.ZodType>(schema: S, value: z.input<S>) {
  return z.preprocess(emptyIsMissing, schema.prefault(value as never));
}

/** A text that may be left out. */
export function optionalText(options: TextOptions = {}) {
  return optional(text(options));
}

function emptyIsMissing(value: unknown): unknown {
  return value === "" || value === null ? undefined : value;
}
