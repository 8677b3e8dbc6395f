import type { Call } from "../contracts/call.js";
import { valueAt } from "../internal/value-at.js";
import { textField } from "./text-field.js";

/** Returns the serial in the parameters of a call, otherwise in its response, unchanged. */
export function givenSerial({ request, response }: Call): string | undefined {
  return textField(request.parameters.serial) ?? textField(valueAt(response?.body, "detail", "serial"));
}

/**
 * Returns the serial that a call names: in its parameters, otherwise in its response, otherwise in its notes. Several
 * are joined by commas.
 */
export function namedSerial(call: Call): string | undefined {
  return givenSerial(call) ?? textField(call.notes.serial);
}
