import { CommanderError } from "commander";
import { CliError, exitCodes } from "./cli-error.js";
import type { Io } from "./io.js";
import { visible } from "./output/table.js";
import { createProgram } from "./program.js";
import type { World } from "./world.js";

/** Runs a command and reports its errors. Resolves to the exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const world: World = { io, exit: "ok" };
  try {
    await createProgram(world).parseAsync([...args], { from: "user" });
    return exitCodes[world.exit];
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof CliError) {
      io.stderr.write(`bookend: ${visible(error.message)}\n`);
      return exitCodes[error.reason];
    }
    const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write(`bookend: unexpected error: ${shown.split("\n").map(visible).join("\n")}\n`);
    return exitCodes.failed;
  }
}
