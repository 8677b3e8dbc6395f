export { bookendExpress, type CallMiddleware } from "./bookend-express.js";
export type { BookendExpressOptions, ExpressRoute, FinishedCall } from "./options.js";
