import { defineHandler, type Handler } from "@bookend/core";
import { writeLog } from "./actions/write-log.js";
import type { ParentLogger } from "./parent-logger.js";

/** Options of `logging`. */
export interface LoggingOptions {
  /** The logger whose children write the entries. */
  readonly logger: ParentLogger;
}

/** Writes entries to the host's log. Modeled on privacyIDEA's logging handler. */
export function logging({ logger }: LoggingOptions): Handler {
  return defineHandler({
    id: "Logging",
    description: "Writes entries to the log.",
    positions: ["pre", "post"],
    actions: { logging: writeLog(logger) },
  });
}
