import type { Logger } from "@bookend/core";

/** The part of pino's interface that is needed to make a logger with a name. */
export interface ParentLogger {
  child(bindings: { readonly name: string }): Logger;
}
