/** The meaning of each {@link ProcessError} code. Each means that the script did not run. */
export const processErrorCodes = {
  INVALID_CONFIG: "The runner was created with an option that is out of range.",
  SCRIPT_REFUSED: "The script is missing, is not executable, or is not safe to run.",
  NOT_STARTED: "The operating system did not start the script.",
  TOO_MANY_SCRIPTS: "The queue was full, or the script's turn did not come within the time limit.",
  ABORTED: "The caller's signal aborted before the script started.",
} as const;

/** The codes of {@link ProcessError}. */
export type ProcessErrorCode = keyof typeof processErrorCodes;

/** A script that did not run, or a runner that cannot be created. Arguments and input never appear in its message. */
export class ProcessError extends Error {
  override readonly name = "ProcessError";

  constructor(
    readonly code: ProcessErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
