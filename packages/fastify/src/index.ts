export {
  AdapterError,
  type AdapterErrorCode,
  adapterErrorCodes,
  auditCall,
  defaultErrorResponse,
  errorStatus,
  type ParameterLimits,
  RefusedCallError,
} from "@bookend/adapter-kit";
export { bookendPlugin } from "./bookend-plugin.js";
export { type FetchContext, type FetchHandler, type MountFetchOptions, mountFetch } from "./mount-fetch.js";
export type { BookendPluginOptions, FinishedCall } from "./options.js";
