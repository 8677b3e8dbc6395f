import { reportFailure } from "./failure.js";
import { createProgram } from "./program.js";

/** Runs a command of `bookend-reference`, and reports the reason if it fails. Resolves to the exit code. */
export async function runCli(args: readonly string[]): Promise<number> {
  process.exitCode = 0;
  try {
    await createProgram().parseAsync([...args], { from: "user" });
    return process.exitCode;
  } catch (error) {
    reportFailure(error);
    return 1;
  }
}
