export type { Config, ConfigInput } from "./config.js";
export { ConfigError } from "./config-error.js";
export { problemLine } from "./describe-issue.js";
export { loadConfig, parseConfig } from "./load-config.js";
export { scriptDirectory } from "./script-directory.js";
export { inspectSecrets, loadSecrets, readSecret } from "./secrets.js";
export { spoolDirectory } from "./spool-directory.js";
export { sqliteFile } from "./sqlite-file.js";
