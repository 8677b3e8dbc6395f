import { defineAction, readInstant, type Token } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { setValidityOptions } from "../options.js";
import type { TokenAdministration, ValidityPeriod } from "../token-administration.js";
import type { ValidityTime } from "../validity-time.js";

/** `set validity`: sets when the token becomes valid and when it expires. */
export function setValidity(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets the validity period of the token.",
    options: setValidityOptions,
    changes: ["tokens"],
    run(context) {
      const { "valid from": from, "valid till": until } = context.options;
      const { now } = context.facts;
      const period = { from: timeOf(from, now), until: timeOf(until, now) };
      return changeTokens(
        context,
        (serial) => tokens.setValidity(serial, period),
        undefined,
        (token) => whyNeverValid(token, period),
      );
    },
  });
}

/**
 * Returns the reason why a token could never be used with the new period; undefined if it could. An end of the period
 * that the options do not set stays as it is stored.
 */
function whyNeverValid({ serial, info }: Token, { from, until }: ValidityPeriod): string | undefined {
  const start = from?.getTime() ?? storedInstant(info, "validity_period_start");
  const end = until?.getTime() ?? storedInstant(info, "validity_period_end");
  if (start === undefined || end === undefined || start < end) return undefined;
  const [begins, ends] = [start, end].map((instant) => new Date(instant).toISOString());
  return `Token ${serial} would never be valid: it would begin at ${begins} and end at ${ends}.`;
}

function storedInstant(info: Token["info"], key: string): number | undefined {
  return Object.hasOwn(info, key) ? readInstant(info[key] ?? "") : undefined;
}

function timeOf(time: ValidityTime | undefined, now: Date): Date | undefined {
  if (!time) return undefined;
  return "at" in time ? time.at : new Date(now.getTime() + time.after);
}
