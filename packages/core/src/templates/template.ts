/** Makes a value safe for where it is inserted. May throw to refuse it. */
export type Escape = (value: string, tag: string) => string;

/** A parsed text with tags. Made by `parseTemplate`. */
export interface Template {
  readonly source: string;
  /** Names of the tags in it; only their facts are looked up. */
  readonly tags: ReadonlySet<string>;
  /**
   * Renders with known values; a missing one is empty.
   *
   * @throws {BookendError} TEMPLATE_TOO_LONG
   */
  render(values: Readonly<Record<string, string | undefined>>, escapeValue?: Escape): string;
}
