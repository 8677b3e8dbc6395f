import { type Domain, parameterError } from "@bookend/mfa";
import { accessibleToken, isSelfService, notAllowedError } from "../access.js";
import { accessibleContainer } from "../container-target.js";
import type { Route } from "../route.js";
import { noteTokens, oneToken, tokenTarget } from "../token-target.js";

/** How tokens come, go and change hands. */
export function tokenEnrolmentRoutes({ tokens, containers }: Pick<Domain, "tokens" | "containers">): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/token/init",
      event: "token_init",
      access: "user",
      async run(exchange) {
        const { parameters, user, notes } = exchange;
        if (isSelfService(exchange.actor)) {
          const refused = ["tokenrealm", "tokeninfo"].find((name) => Object.hasOwn(parameters.all, name));
          if (refused) throw notAllowedError(`Users may not give the parameter ${refused}.`);
          // to enrol a token anew, one has to be allowed to act on it
          const serial = parameters.text("serial");
          if (serial && (await tokens.find(serial))) {
            await accessibleToken(tokens, serial, exchange);
            const limit = ["validity_period_start", "validity_period_end"].find((name) => parameters.text(name));
            if (limit) throw notAllowedError(`Users may not change ${limit} of a token.`);
          }
        }
        notes.user = user;
        const into = parameters.text("container_serial");
        if (into) notes.containerSerial = (await accessibleContainer(containers, into, exchange)).serial;
        const selfService = isSelfService(exchange.actor);
        const detail = await tokens.init(parameters.all, user, { selfService });
        noteTokens(exchange, [await tokens.require(detail.serial)]);
        return { value: true, detail };
      },
    },
    {
      method: "DELETE",
      path: "/token/:serial",
      event: "token_delete",
      access: "user",
      async run(exchange) {
        await oneToken(tokens, exchange);
        return { value: await tokens.delete({ serial: exchange.parameters.required("serial") }) };
      },
    },
    {
      method: "POST",
      path: "/token/assign",
      event: "token_assign",
      access: "user",
      async run(exchange) {
        const { parameters, user, actor, notes } = exchange;
        if (!user) throw parameterError("Missing parameter: user");
        notes.user = user;
        const serial = parameters.required("serial");
        // a user may claim a token that nobody owns
        if (isSelfService(actor) && (await tokens.find(serial))?.owner !== null) {
          await accessibleToken(tokens, serial, exchange);
        }
        await tokens.assign(serial, user, parameters.text("pin"), { selfService: isSelfService(actor) });
        noteTokens(exchange, [await tokens.require(serial)]);
        return { value: true };
      },
    },
    {
      method: "POST",
      path: "/token/unassign",
      event: "token_unassign",
      access: "user",
      run: async (exchange) => ({ value: await tokens.unassign(await tokenTarget(tokens, exchange)) }),
    },
    {
      method: "POST",
      path: "/token/lost/:serial",
      event: "token_lost",
      access: "user",
      run: async (exchange) => ({ value: await tokens.lost((await oneToken(tokens, exchange)).serial) }),
    },
    copyRoute("pin"),
    copyRoute("user"),
  ];

  function copyRoute(what: "pin" | "user"): Route {
    return {
      method: "POST",
      path: `/token/copy${what}`,
      event: `token_copy${what}`,
      access: "admin",
      async run(exchange) {
        const { parameters } = exchange;
        const [from, to] = [parameters.required("from"), parameters.required("to")];
        noteTokens(exchange, [await tokens.require(to)]);
        await (what === "pin" ? tokens.copyPin(from, to) : tokens.copyUser(from, to));
        return { value: true };
      },
    };
  }
}
