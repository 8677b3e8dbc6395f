import { CommanderError } from "commander";
import { CliError, exitCodes } from "./cli-error.js";
import type { Io } from "./io.js";
import { createProgram } from "./program.js";
import type { World } from "./world.js";

/** Runs a command and says why it failed. Resolves to its exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const world: World = { io, exit: "ok" };
  try {
    await createProgram(world).parseAsync([...args], { from: "user" });
    return exitCodes[world.exit];
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof CliError) {
      io.stderr.write(`bookend: ${error.message}\n`);
      return exitCodes[error.reason];
    }
    io.stderr.write(
      `bookend: unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return exitCodes.failed;
  }
}
