import * as z from "zod";

/** Limits of a string, and how forms show it. */
export interface TextOptions {
  /** Characters. Default 1: an empty string counts as missing. */
  readonly minLength?: number | undefined;
  /** Characters. Default 2,000; 262,144 for several lines. */
  readonly maxLength?: number | undefined;
  /** Shown as a field of several lines. Default false. */
  readonly multiline?: boolean | undefined;
}

/** A string without tags. */
export function text(options: TextOptions = {}) {
  return limitedText(options).meta(textMeta(options));
}

/** A string that is never shown again: `***` in audit entries, exports and messages. */
export function secret(options: TextOptions = {}) {
  return limitedText(options).meta({ ...textMeta(options), "x-secret": true });
}

/** A string within its limits. */
export function limitedText({ minLength = 1, maxLength, multiline = false }: TextOptions) {
  const most = maxLength ?? (multiline ? 262_144 : 2_000);
  const least = minLength === 0 ? "at most" : `${minLength} to`;
  const error = `must be a string of ${least} ${most} characters`;
  return z.string({ error }).min(minLength, { error }).max(most, { error });
}

/** How a form shows a string. */
export function textMeta({ multiline = false }: Pick<TextOptions, "multiline">): Record<string, unknown> {
  return multiline ? { "x-widget": "text" } : {};
}
