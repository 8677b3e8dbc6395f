/**
 * The configuration cannot be used. Its message has one line for each problem, `<field>: <what is wrong>. Allowed:
 * <what>.`, and no value that may be secret.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[]) {
    const lines = typeof problems === "string" ? [problems] : problems;
    super(lines.join("\n"));
    this.problems = lines;
  }
}
