import { type CallResponse, defineAction, failed } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { setRandomPinOptions } from "../options.js";
import { randomPin } from "../random-pin.js";
import type { TokenAdministration } from "../token-administration.js";

/** `set random pin`: sets a random PIN, which is returned only in `detail.pin` of the response. */
export function setRandomPin(tokens: TokenAdministration, randomInt: (below: number) => number) {
  return defineAction({
    description: "Sets a random PIN and puts it into the response; several tokens get the same PIN.",
    options: setRandomPinOptions,
    // before the call, there is no response
    positions: ["post"],
    changes: ["tokens", "response"],
    run(context) {
      const { response } = context.call;
      if (!response || !isObject(response.body)) return failed("The response cannot hold a PIN.");
      const pin = randomPin(context.options.length, randomInt);
      return changeTokens(context, async (serial) => {
        await tokens.setPin(serial, pin);
        putPin(response, pin);
      });
    },
  });
}

function putPin(response: CallResponse, pin: string): void {
  const body = isObject(response.body) ? response.body : {};
  const detail = isObject(body.detail) ? body.detail : {};
  response.body = { ...body, detail: { ...detail, pin } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
