import { defineHandler, type Handler } from "@bookend/core";
import { writeLog } from "./actions/write-log.js";
import type { ParentLogger } from "./parent-logger.js";

/** Writes to the host's log. Source: privacyIDEA's logging handler. */
export function logging({ logger }: { readonly logger: ParentLogger }): Handler {
  return defineHandler({
    id: "Logging",
    description: "Writes to the log.",
    positions: ["pre", "post"],
    actions: { logging: writeLog(logger) },
  });
}
