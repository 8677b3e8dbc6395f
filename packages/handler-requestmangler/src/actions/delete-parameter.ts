import { defineAction, skipped } from "@bookend/core";
import { deleteOptions } from "../options.js";

/** `delete`: removes a parameter. Does nothing if the parameter does not exist. */
export const deleteParameter = defineAction({
  description: "Removes a parameter from the request.",
  options: deleteOptions,
  changes: ["request"],
  selfContained: true,
  run({ options: { parameter }, call: { request } }) {
    if (!Object.hasOwn(request.parameters, parameter)) return skipped("The request does not have this parameter.");
    delete request.parameters[parameter];
    return undefined;
  },
});
