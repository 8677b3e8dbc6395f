/**
 * Returns style rules that load nothing, since every address in a style would cause a request. Forbidden parts are
 * overwritten instead of removed, so that the remaining parts never combine into something forbidden.
 */
export function safeCss(css: string): string {
  return (
    css
      // escapes would hide names from the patterns below, and "<" could end the sheet
      .replace(/[\\<]/g, "")
      .replace(/@import/gi, "@none")
      .replace(/(?:url|image|image-set|src)\s*\(/gi, "none(")
  );
}
