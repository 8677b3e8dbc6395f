import { text } from "@bookend/zod";

/** Creates the schema of the name of a tokeninfo field, which is not a template. */
export function infoKey() {
  const allowed = "a name of 1 to 255 characters other than __proto__, constructor, prototype";
  return text({ maxLength: 255 }).refine((key) => !["__proto__", "constructor", "prototype"].includes(key), {
    error: `must be ${allowed}`,
  });
}
