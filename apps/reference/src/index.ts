export {
  type Config,
  ConfigError,
  type ConfigInput,
  loadSecrets,
  parseConfig,
  scriptDirectory,
} from "@bookend/reference-config";
export { reportFailure } from "./cli/failure.js";
export { runCli } from "./cli/run-cli.js";
export { apiRoutes } from "./http/routes/api-routes.js";
export { closeOnSignal } from "./server/close-on-signal.js";
export { type ReferenceServer, type ServerOptions, startServer } from "./server/reference-server.js";
export { createLogger } from "./services/logger.js";
