import { randomInt } from "node:crypto";
import { type Domain, parameterError, type TokenChanges, type TokenTarget } from "@bookend/mfa";
import { isSelfService, notAllowedError } from "../access.js";
import type { Access, Exchange, Route } from "../route.js";
import { oneToken, tokenTarget } from "../token-target.js";

/** What is changed about tokens that stay where they are. */
export function tokenChangeRoutes({ tokens }: Pick<Domain, "tokens">): readonly Route[] {
  /** A route that takes the serial as a parameter or at the end of its path. */
  const onTokens = (
    name: string,
    access: Access,
    run: (target: TokenTarget, exchange: Exchange) => Promise<{ value: unknown; detail?: unknown }>,
  ): readonly Route[] =>
    [`/token/${name}`, `/token/${name}/:serial`].map((path) => ({
      method: "POST",
      path,
      event: `token_${name}`,
      access,
      run: async (exchange) => run(await tokenTarget(tokens, exchange), exchange),
    }));
  return [
    ...onTokens("enable", "user", async (target) => ({ value: await tokens.enable(target) })),
    ...onTokens("disable", "user", async (target) => ({ value: await tokens.disable(target) })),
    ...onTokens("revoke", "user", async (target) => ({ value: await tokens.revoke(target) })),
    ...onTokens("reset", "user", async (target) => ({ value: await tokens.reset(target) })),
    ...onTokens("setpin", "user", async (target, { parameters, actor }) => {
      const pin = parameters.oneOf("otppin", "pin");
      if (pin === undefined) throw parameterError("Missing parameter: otppin");
      return { value: await tokens.set(target, { pin }, { selfService: isSelfService(actor) }) };
    }),
    ...onTokens("setrandompin", "user", async (target) => {
      const pin = randomPin();
      return { value: await tokens.set(target, { pin }), detail: { pin } };
    }),
    ...onTokens("set", "user", async (target, exchange) => {
      const selfService = isSelfService(exchange.actor);
      return { value: await tokens.set(target, changesOf(exchange), { selfService }) };
    }),
    ...onTokens("resync", "user", async (_target, exchange) => {
      const { parameters } = exchange;
      const { serial } = await oneToken(tokens, exchange);
      return { value: await tokens.resync(serial, parameters.required("otp1"), parameters.required("otp2")) };
    }),
  ];
}

/** A user may set his PIN and describe his token; limits are for admins. */
function changesOf({ parameters, actor }: Exchange): TokenChanges {
  const own: TokenChanges = { pin: parameters.text("pin"), description: parameters.text("description") };
  const limits: TokenChanges = {
    maxFailCount: parameters.integer("max_failcount", 1),
    countWindow: parameters.integer("count_window", 1),
    syncWindow: parameters.integer("sync_window", 1),
    hashlib: parameters.text("hashlib"),
    validFrom: parameters.text("validity_period_start"),
    validUntil: parameters.text("validity_period_end"),
    countAuthMax: parameters.integer("count_auth_max"),
    countAuthSuccessMax: parameters.integer("count_auth_success_max"),
  };
  const given = (changes: TokenChanges) => Object.values(changes).some((value) => value !== undefined);
  if (given(limits) && isSelfService(actor)) throw notAllowedError("Users may set the PIN and the description only.");
  if (!given(own) && !given(limits)) throw parameterError("Missing parameter: pin, description or a limit to set");
  return { ...own, ...limits };
}

const pinCharacters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** Eight characters that are not mistaken for one another. */
function randomPin(): string {
  return Array.from({ length: 8 }, () => pinCharacters[randomInt(pinCharacters.length)]).join("");
}
