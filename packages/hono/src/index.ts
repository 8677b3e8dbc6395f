export { bookendHono, type CallMiddleware } from "./bookend-hono.js";
export type { BookendHonoOptions, CallEnv, FinishedCall, HonoRoute } from "./options.js";
