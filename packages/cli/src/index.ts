export { type ExitReason, exitCodes } from "./cli-error.js";
export type { Io, Output } from "./io.js";
export { runCli } from "./run-cli.js";
