import { type Domain, oneToken, parameterError } from "@bookend/mfa";
import type { Route } from "../route.js";

/** Returns the routes for the realms and the tokeninfo of a token. */
export function tokenAttributeRoutes({ tokens }: Pick<Domain, "tokens">): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/token/realm/:serial",
      event: "token_realm",
      lists: ["realms"],
      access: "admin",
      async run(exchange) {
        const { serial } = await oneToken(tokens, exchange);
        const realms = exchange.parameters.list("realms");
        if (!realms) throw parameterError("Missing parameter: realms");
        await tokens.setRealms(serial, realms);
        return { value: true };
      },
    },
    {
      method: "POST",
      path: "/token/info/:serial/:key",
      event: "token_info",
      access: "admin",
      async run(exchange) {
        const { serial } = await oneToken(tokens, exchange);
        const { parameters } = exchange;
        await tokens.setInfo(serial, parameters.required("key"), parameters.text("value") ?? "");
        return { value: true };
      },
    },
    {
      method: "DELETE",
      path: "/token/info/:serial/:key",
      event: "token_info",
      access: "admin",
      async run(exchange) {
        const { serial } = await oneToken(tokens, exchange);
        return { value: await tokens.deleteInfo(serial, exchange.parameters.required("key")) };
      },
    },
  ];
}
