import {
  type ApiCall,
  type Domain,
  isSelfService,
  oneToken,
  ownTokens,
  parameterError,
  randomPin,
  type TokenTarget,
  tokenChangesOf,
  tokenLimitAliases,
  tokenLimitParameters,
  tokenTarget,
  users,
  without,
} from "@bookend/mfa";
import type { Route } from "../route.js";

/** Returns the routes that change tokens without creating, deleting or assigning them. */
export function tokenChangeRoutes({ tokens }: Pick<Domain, "tokens">): readonly Route[] {
  /** Returns two routes: one takes the serial as a parameter, the other at the end of its path. */
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
        return { value: await tokens.set(target, tokenChangesOf(exchange.parameters), { selfService }) };
      },
      { access: users(ownTokens, without(...tokenLimitParameters)), aliases: tokenLimitAliases },
    ),
    ...onTokens("resync", async (_target, exchange) => {
      const { parameters } = exchange;
      const { serial } = await oneToken(tokens, exchange);
      return { value: await tokens.resync(serial, parameters.required("otp1"), parameters.required("otp2")) };
    }),
  ];
}
