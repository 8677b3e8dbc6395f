/** The exit codes of the command line, by their meaning. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  differences: 3,
  notAllowed: 4,
  serverAway: 5,
} as const;

/** The reason why a command ends. */
export type ExitReason = keyof typeof exitCodes;

/** A failure with a message for the user; any other error is shown with its stack trace. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly reason: ExitReason;

  constructor(reason: ExitReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Creates the error for an option or argument with a wrong value. */
export function usageError(message: string): CliError {
  return new CliError("usage", message);
}
