export * from "./handler.js";
export { listScripts, type ScriptListing } from "./script-file.js";
