import { defineAction, failed, type JsonValue } from "@bookend/core";
import { setAt } from "../json-pointer.js";
import { setOptions } from "../options.js";
import { responseDocument } from "../response-document.js";

/** `set`: sets a value in the response. A response that is no JSON object is replaced by one. */
export const setValue = defineAction({
  description: "Sets a value in the response.",
  options: setOptions,
  changes: ["response"],
  async run({ options, call, render }) {
    const value = typeof options.value === "object" ? await render(options.value) : options.value;
    const document: Record<string, JsonValue> = structuredClone(responseDocument(call)) ?? {};
    if (setAt(document, options.pointer, value) === "blocked") {
      return failed("The JSON pointer leads through a value that has no parts, or past the end of a list.");
    }
    const { status = 200, headers } = call.response ?? {};
    call.response = { status, headers, body: document };
    return undefined;
  },
});
