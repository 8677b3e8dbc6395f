import { defineAction, readInstant, type Token } from "@bookend/core";
import { optional } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import type { TokenAdministration, ValidityPeriod } from "../token-administration.js";
import { type ValidityTime, validityTime } from "../validity-time.js";

/** Options of `set validity`. */
const options = z
  .strictObject({
    "valid from": optional(validityTime()).describe("The token cannot be used before. None: this end stays."),
    "valid till": optional(validityTime()).describe("The token cannot be used after. None: this end stays."),
  })
  .refine((given) => given["valid from"] ?? given["valid till"], {
    path: ["valid till"],
    error: "must be given, or valid from",
  })
  .refine((given) => inOrder(given["valid from"], given["valid till"]), {
    path: ["valid till"],
    error: "must be later than valid from",
  });

/** `set validity`: says from when and until when the token can be used. */
export function setValidity(tokens: TokenAdministration) {
  return defineAction({
    description: "Sets the validity period of the token.",
    options,
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

/** Why a token could never be used, if one end of the period is set and the other stays. */
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

/** False if it is known that they are not. */
function inOrder(from: ValidityTime | undefined, until: ValidityTime | undefined): boolean {
  if (!from || !until) return true;
  if ("at" in from) return !("at" in until) || from.at < until.at;
  return !("after" in until) || from.after < until.after;
}

function timeOf(time: ValidityTime | undefined, now: Date): Date | undefined {
  if (!time) return undefined;
  return "at" in time ? time.at : new Date(now.getTime() + time.after);
}
