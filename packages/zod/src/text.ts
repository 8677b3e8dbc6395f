import * as z from "zod";

/** Limits of a string, and how forms show it. */
export interface TextOptions {
  /** Minimum number of characters. Default 1: an empty string counts as missing. */
  readonly minLength?: number | undefined;
  /** Maximum number of characters. Default 2,000, or 262,144 for several lines. */
  readonly maxLength?: number | undefined;
  /** Whether forms show a field of several lines. Default false. */
  readonly multiline?: boolean | undefined;
}

/** Creates the schema of a string without tags. */
export function text(options: TextOptions = {}) {
  return limitedText(options).meta(textMeta(options));
}

/** Creates the schema of a string that is never displayed again: audit entries, exports and messages show `***`. */
export function secret(options: TextOptions = {}) {
  return limitedText(options).meta({ ...textMeta(options), "x-secret": true });
}

/** Creates the schema of a string within its limits. */
export function limitedText({ minLength = 1, maxLength, multiline = false }: TextOptions) {
  const most = maxLength ?? (multiline ? 262_144 : 2_000);
  const least = minLength === 0 ? "at most" : `${minLength} to`;
  const error = `must be a string of ${least} ${most} characters`;
  return z.string({ error }).min(minLength, { error }).max(most, { error });
}

/** Describes how a form shows a string. */
export function textMeta({ multiline = false }: Pick<TextOptions, "multiline">): Record<string, unknown> {
  return multiline ? { "x-widget": "text" } : {};
}
