import { defineAction, secretTagProblems } from "@bookend/core";
import { escapeLog } from "../escape-log.js";
import { loggingOptions } from "../options.js";
import type { ParentLogger } from "../parent-logger.js";

const methods = { ERROR: "error", WARNING: "warn", INFO: "info", DEBUG: "debug" } as const;

/** `logging`: writes one entry. */
export function writeLog(logger: ParentLogger) {
  return defineAction({
    description: "Writes an entry to the log.",
    options: loggingOptions,
    changes: [],
    selfContained: true,
    changesCall: false,
    check: ({ options }) => secretTagProblems("message", options.message, "anyone who reads the log could read them"),
    async run({ options, call, binding, render }) {
      const message = await render(options.message, { escape: escapeLog });
      logger.child({ name: options.name })[methods[options.level]]({ callId: call.id, bindingId: binding.id }, message);
    },
  });
}
