import { defineAction, failed, skipped } from "@bookend/core";
import { deleteAt } from "../json-pointer.js";
import { deleteOptions } from "../options.js";
import { responseDocument } from "../response-document.js";

/** `delete`: removes a value from the response. One that is not there is fine. */
export const deleteValue = defineAction({
  description: "Removes a value from the response.",
  options: deleteOptions,
  changes: ["response"],
  run({ options, call }) {
    const document = responseDocument(call);
    if (!document) return skipped("The response is no JSON object: nothing to remove.");
    const result = deleteAt(document, options["JSON pointer"]);
    if (result === "blocked") return failed("The JSON pointer leads through a value that has no parts.");
    return result === "absent" ? skipped("There is nothing at the JSON pointer.") : undefined;
  },
});
