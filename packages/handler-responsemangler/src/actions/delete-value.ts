import { defineAction, failed, skipped } from "@bookend/core";
import { deleteAt } from "../json-pointer.js";
import { deleteOptions } from "../options.js";
import { responseDocument } from "../response-document.js";

const unseen = "The response is not JSON, so nothing can be removed from it.";

/**
 * `delete`: removes a value from the response. A missing value is fine, but the action fails if it cannot read the
 * body.
 */
export const deleteValue = defineAction({
  description: "Removes a value from the response.",
  options: deleteOptions,
  changes: ["response"],
  selfContained: true,
  run({ options, call }) {
    const found = responseDocument(call);
    if (found.kind === "empty") return skipped("The response has no body.");
    if (found.kind === "other" || !call.response) return failed(unseen);
    const changed = deleteAt(found.document, options["JSON pointer"]);
    if (changed.status === "opaque") return failed("The JSON pointer leads into an object that is not plain JSON.");
    if (changed.status !== "changed") return skipped("There is no value at the JSON pointer.");
    call.response = { ...call.response, body: changed.document };
    return undefined;
  },
});
