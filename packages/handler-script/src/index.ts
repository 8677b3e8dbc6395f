export { listScripts, type ScriptListing } from "@bookend/process";
export { type ScriptOptions, script } from "./handler.js";
