import { randomInt } from "node:crypto";
import {
  type ApiCall,
  type Domain,
  isSelfService,
  ownTokens,
  parameterError,
  type TokenChanges,
  type TokenTarget,
  users,
  without,
} from "@bookend/mfa";
import type { Route } from "../route.js";
import { oneToken, tokenTarget } from "../token-target.js";

/** What is changed about tokens that stay where they are. */
export function tokenChangeRoutes({ tokens }: Pick<Domain, "tokens">): readonly Route[] {
  /** A route that takes the serial as a parameter or at the end of its path. */
  const onTokens = (
    name: string,
    run: (target: TokenTarget, exchange: ApiCall) => Promise<{ value: unknown; detail?: unknown }>,
    { access = users(ownTokens), ...more }: Partial<Pick<Route, "access" | "aliases">> = {},
  ): readonly Route[] =>
    [`/token/${name}`, `/token/${name}/:serial`].map((path) => ({
      method: "POST",
      path,
      event: `token_${name}`,
      access,
      ...more,
      run: async (exchange) => run(await tokenTarget(tokens, exchange), exchange),
    }));
  return [
    ...onTokens("enable", async (target) => ({ value: await tokens.enable(target) })),
    ...onTokens("disable", async (target) => ({ value: await tokens.disable(target) })),
    ...onTokens("revoke", async (target) => ({ value: await tokens.revoke(target) })),
    ...onTokens("reset", async (target) => ({ value: await tokens.reset(target) })),
    ...onTokens(
      "setpin",
      async (target, { parameters, actor }) => {
        const pin = parameters.text("otppin");
        if (pin === undefined) throw parameterError("Missing parameter: otppin");
        return { value: await tokens.set(target, { pin }, { selfService: isSelfService(actor) }) };
      },
      { aliases: { otppin: ["pin"] } },
    ),
    ...onTokens("setrandompin", async (target) => {
      const pin = randomPin();
      return { value: await tokens.set(target, { pin }), detail: { pin } };
    }),
    {
      method: "POST",
      path: "/token/description/:serial",
      event: "token_set",
      access: users(ownTokens),
      async run(exchange) {
        const description = exchange.parameters.text("description");
        if (description === undefined) throw parameterError("Missing parameter: description");
        return { value: await tokens.set(await tokenTarget(tokens, exchange), { description }) };
      },
    },
    ...onTokens(
      "set",
      async (target, exchange) => {
        const selfService = isSelfService(exchange.actor);
        return { value: await tokens.set(target, changesOf(exchange), { selfService }) };
      },
      { access: users(ownTokens, without(...limitNames)), aliases: limitAliases },
    ),
    ...onTokens("resync", async (_target, exchange) => {
      const { parameters } = exchange;
      const { serial } = await oneToken(tokens, exchange);
      return { value: await tokens.resync(serial, parameters.required("otp1"), parameters.required("otp2")) };
    }),
  ];
}

/** Users may set the PIN and the description of their tokens; these are for admins. */
const limitNames = [
  "max_failcount",
  "count_window",
  "sync_window",
  "hashlib",
  "validity_period_start",
  "validity_period_end",
  "count_auth_max",
  "count_auth_success_max",
] as const;

/** The names that privacyIDEA's older clients use. */
const limitAliases = {
  max_failcount: ["maxFailCount", "MaxFailCount"],
  count_window: ["countWindow", "CountWindow", "CounterWindow"],
  sync_window: ["syncWindow", "SyncWindow"],
  validity_period_start: ["validityPeriodStart"],
  validity_period_end: ["validityPeriodEnd"],
  count_auth_max: ["countAuthMax"],
  count_auth_success_max: ["countAuthSuccessMax"],
} as const;

function changesOf({ parameters }: ApiCall): TokenChanges {
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
  if (!given(own) && !given(limits)) throw parameterError("Missing parameter: pin, description or a limit to set");
  return { ...own, ...limits };
}

const pinCharacters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** Eight characters that are not mistaken for one another. */
function randomPin(): string {
  return Array.from({ length: 8 }, () => pinCharacters[randomInt(pinCharacters.length)]).join("");
}
