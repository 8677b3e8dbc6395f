export { ProcessError, type ProcessErrorCode, processErrorCodes } from "./errors.js";
export type { ScriptEnd } from "./run-script.js";
export { findScript, listScripts, type ScriptFile, type ScriptListing } from "./script-file.js";
export {
  createScriptRunner,
  type ScriptRunner,
  type ScriptRunnerOptions,
  type ScriptTask,
} from "./script-runner.js";
