export { type BookendSpans, bookendSpans, type SpansOptions } from "./bookend-spans.js";
