import { defineAction, failed, skipped } from "@bookend/core";
import { deleteAt } from "../json-pointer.js";
import { deleteOptions } from "../options.js";
import { responseDocument } from "../response-document.js";

const notJson = "The response is not JSON, so nothing can be removed from it.";

/**
 * `delete`: removes a value from the response. If there is no such value, nothing is wrong and the action is skipped.
 * If the body is not JSON, the value may be in it, and the action fails.
 */
export const deleteValue = defineAction({
  description: "Removes a value from the response.",
  options: deleteOptions,
  changes: ["response"],
  selfContained: true,
  run({ options, call }) {
    const found = responseDocument(call);
    if (found.kind === "empty") return skipped("The response has no body.");
    if (found.kind === "other" || !call.response) return failed(notJson);
    const changed = deleteAt(found.document, options["JSON pointer"]);
    if (changed.status === "opaque") return failed("The JSON pointer leads into an object that is not plain JSON.");
    if (changed.status !== "changed") return skipped("There is no value at the JSON pointer.");
    call.response = { ...call.response, body: changed.document };
    return undefined;
  },
});
