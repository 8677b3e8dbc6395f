export { auditCall } from "./audit-call.js";
export { checkLimits, positiveInteger } from "./check-limits.js";
export { clientAddress, parseTrustedProxies, type TrustedProxies } from "./client-address.js";
export { type ClientOverrides, parseClientOverrides } from "./client-override.js";
export { type CollectOptions, collectParameters, type ParameterSources } from "./collect-parameters.js";
export { defaultErrorResponse, errorStatus } from "./error-response.js";
export { AdapterError, type AdapterErrorCode, adapterErrorCodes, RefusedCallError } from "./errors.js";
export { createExchanges, type Exchanges } from "./exchange.js";
export { type FetchAnswer, fetchHeaders, readFetchAnswer, toFetchResponse } from "./fetch-answer.js";
export { fetchHangUp } from "./fetch-hang-up.js";
export { type NodeRequest, toFetchRequest } from "./fetch-request.js";
export { type FetchSources, type FetchSourcesOptions, readFetchSources, writeFetchRequest } from "./fetch-sources.js";
export { type HeaderChanges, type Headers, headerChanges } from "./header-changes.js";
export { HeldResponse } from "./held-response.js";
export type { IncomingCall } from "./incoming-call.js";
export { type ClosingResponse, nodeHangUp } from "./node-hang-up.js";
export type { AdapterOptions, FinishedCall } from "./options.js";
export { defaultParameterLimits, type ParameterLimits } from "./parameter-limits.js";
export { groupFields, parseForm } from "./parse-form.js";
export { type MultipartOptions, parseMultipart } from "./parse-multipart.js";
export { publicPath } from "./public-path.js";
export { refuseJsonValues } from "./refuse-json-values.js";
export { remoteAddressOf } from "./remote-address.js";
export {
  applyHeaders,
  forgetBody,
  forgetLength,
  type HeaderSnapshot,
  type HeaderStore,
  headersSince,
  restoreHeaders,
  snapshotHeaders,
} from "./response-headers.js";
export { consoleLogger, declareRoute, type RouteOptions, type ServedRoute } from "./route-options.js";
export type { OnHangUp } from "./until-abandoned.js";
export { writeParameters } from "./write-parameters.js";
