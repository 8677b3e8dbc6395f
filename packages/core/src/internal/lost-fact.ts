/** Thrown for a fact that a recorded call no longer contains. */
export class LostFact extends Error {
  override readonly name = "LostFact";
  readonly code = "FACT_LOST";

  constructor() {
    super("It is no longer known.");
  }
}
