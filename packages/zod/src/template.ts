import { type ParseTemplateOptions, parseTemplate, problemMessage, type Template, ValueError } from "@bookend/core";
import * as z from "zod";
import { refuse } from "./refuse.js";
import { limitedText, type TextOptions, textMeta } from "./text.js";

/** Options of a template. */
export interface TemplateOptions extends Pick<TextOptions, "minLength" | "multiline"> {
  /** Names of tags that only this action knows; it passes their values to `render`. */
  readonly extraTags?: readonly string[] | undefined;
}

/** Creates the schema of a string with tags, parsed into a `Template`. */
export function template({ minLength, multiline, extraTags = [] }: TemplateOptions = {}) {
  const options: ParseTemplateOptions = { extraTags };
  return limitedText({ minLength, multiline, maxLength: 262_144 })
    .transform((source, context): Template => {
      try {
        return parseTemplate(source, options);
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        refuse(context, problemMessage(error.message, error.allowed));
        return z.NEVER;
      }
    })
    .meta({ ...textMeta({ multiline }), "x-tags": extraTags });
}
