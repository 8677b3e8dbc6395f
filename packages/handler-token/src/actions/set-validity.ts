import { defineAction } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { setValidityOptions } from "../options.js";
import type { TokenAdministration } from "../token-administration.js";
import type { ValidityTime } from "../validity-time.js";

/** `set validity`: says from when and until when the token can be used. */
export function setValidity(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets the validity period of the token.",
    options: setValidityOptions,
    changes: ["token"],
    run(context) {
      const { "valid from": from, "valid till": until } = context.options;
      const { now } = context.facts;
      const period = { from: timeOf(from, now), until: timeOf(until, now) };
      return changeTokens(context, (serial) => tokens.setValidity(serial, period));
    },
  });
}

function timeOf(time: ValidityTime | undefined, now: Date): Date | undefined {
  if (!time) return undefined;
  return "at" in time ? time.at : new Date(now.getTime() + time.after);
}
