import { defineHandler, type Handler } from "@bookend/core";
import { deleteValue } from "./actions/delete-value.js";
import { setValue } from "./actions/set-value.js";

/**
 * Changes the response of a call. A failure aborts the call unless the binding says otherwise,
 * so that a value that should have been removed is never sent. Modeled on privacyIDEA's response mangler.
 */
export function responseMangler(): Handler {
  return defineHandler({
    id: "ResponseMangler",
    description: "Changes the response of a call.",
    positions: ["post"],
    abortOnError: true,
    actions: { delete: deleteValue, set: setValue },
  });
}
