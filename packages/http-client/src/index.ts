export { type AddressGuard, type AddressGuardOptions, createAddressGuard } from "./address-guard.js";
export type { Connect, Lookup, TlsOptions } from "./connector.js";
export { HttpClientError, type HttpClientErrorCode, httpClientErrorCodes } from "./errors.js";
export { createHttpClient, type HttpClient, type HttpClientOptions, type HttpRequest } from "./http-client.js";
export type { HttpResponse } from "./response.js";
