/** Makes a value safe for the place where it is inserted. May throw to refuse it. */
export type Escape = (value: string, tag: string) => string;

/** A parsed string with tags. Created by `parseTemplate`. */
export interface Template {
  readonly source: string;
  /** Names of the tags in the string. Only the values of these tags are looked up. */
  readonly tags: ReadonlySet<string>;
  /**
   * Renders the template with these values; a missing value becomes an empty string.
   *
   * @throws {BookendError} TEMPLATE_TOO_LONG
   */
  render(values: Readonly<Record<string, string | undefined>>, escapeValue?: Escape): string;
}
