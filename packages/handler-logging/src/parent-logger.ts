import type { Logger } from "@bookend/core";

/** The part of pino's interface that is needed to create a named logger. */
export interface ParentLogger {
  child(bindings: { readonly name: string }): Logger;
}
