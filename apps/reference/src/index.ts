export { closeOnSignal } from "./cli/close-on-signal.js";
export { sayWhyItFailed } from "./cli/failure.js";
export type { Config, ConfigInput } from "./config/config.js";
export { ConfigError, parseConfig } from "./config/load-config.js";
export { scriptDirectory } from "./config/script-directory.js";
export { loadSecrets } from "./config/secrets.js";
export { apiRoutes } from "./http/routes/api-routes.js";
export { type ReferenceServer, type ServerOptions, startServer } from "./server/reference-server.js";
export { createLogger } from "./services/logger.js";
