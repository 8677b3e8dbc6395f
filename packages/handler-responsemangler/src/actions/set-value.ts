import { defineAction, failed } from "@bookend/core";
import { setAt } from "../json-pointer.js";
import { setOptions } from "../options.js";
import { responseDocument } from "../response-document.js";

/** `set`: sets a value in the response. Fails and changes nothing if the response is not JSON. */
export const setValue = defineAction({
  description: "Sets a value in the response.",
  options: setOptions,
  changes: ["response"],
  selfContained: true,
  async run({ options, call, render }) {
    const found = responseDocument(call);
    if (found.kind !== "json" || !call.response)
      return failed("The response is not JSON, so nothing can be set in it.");
    const value = typeof options.value === "object" ? await render(options.value) : options.value;
    const changed = setAt(found.document, options.pointer, value);
    if (changed.status === "opaque") return failed("The JSON pointer leads into an object that is not plain JSON.");
    if (changed.status !== "changed") {
      return failed("The JSON pointer leads through a value without members, or past the end of a list.");
    }
    call.response = { ...call.response, body: changed.document };
    return undefined;
  },
});
