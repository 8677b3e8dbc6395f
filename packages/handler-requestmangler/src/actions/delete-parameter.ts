import { defineAction, skipped } from "@bookend/core";
import { deleteOptions } from "../options.js";

/** `delete`: removes a parameter. One that is not there is fine. */
export const deleteParameter = defineAction({
  description: "Removes a parameter from the request.",
  options: deleteOptions,
  changes: ["request"],
  run({ options: { parameter }, call: { request } }) {
    if (!Object.hasOwn(request.parameters, parameter)) return skipped("The request has no such parameter.");
    delete request.parameters[parameter];
    return undefined;
  },
});
