export { bookendFetch, type WrapHandler } from "./bookend-fetch.js";
export type { BookendFetchOptions, CallHandler, FetchRoute, FinishedCall, ServedHandler } from "./options.js";
