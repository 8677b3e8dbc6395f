import { problemMessage } from "@bookend/core";
import {
  type Domain,
  isSelfService,
  limitsOfNewTokens,
  newOrOwnToken,
  noteTokens,
  oneToken,
  ownContainer,
  ownOrFreeToken,
  ownTokens,
  parameterError,
  serialsOf,
  type TokenRecord,
  tokenTarget,
  users,
  without,
} from "@bookend/mfa";
import type { Route } from "../route.js";

/**
 * Returns the routes that enroll, import, delete, assign, unassign and replace tokens, and that copy PINs and users.
 */
export function tokenEnrolmentRoutes({ tokens, containers }: Pick<Domain, "tokens" | "containers">): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/token/init",
      event: "token_init",
      access: users(without("tokenrealm", "tokeninfo"), newOrOwnToken, limitsOfNewTokens, ownContainer),
      lists: ["tokenrealm"],
      async run(exchange) {
        const { parameters, user, notes } = exchange;
        notes.user = user;
        const into = parameters.text("container_serial");
        if (into) notes.containerSerial = (await containers.require(into)).serial;
        const detail = await tokens.init(parameters.all, user, { selfService: isSelfService(exchange.actor) });
        noteTokens(exchange, [await tokens.require(detail.serial)]);
        return { value: true, detail };
      },
    },
    {
      method: "POST",
      path: "/token/load/:filename",
      event: "token_load",
      access: "admin",
      files: ["file"],
      lists: ["tokenrealms"],
      accepts: ["type", "file", "tokenrealms"],
      async run(exchange) {
        const { parameters, notes } = exchange;
        const type = parameters.required("type");
        if (!/^oath ?csv$/i.test(type))
          throw parameterError(problemMessage(`is ${JSON.stringify(type)}`, "oathcsv, OATH CSV", "type"));
        const serials = await tokens.importTokens(parameters.required("file"), parameters.list("tokenrealms"));
        notes.serial = serials.join(",");
        notes.info = `${parameters.required("filename")}: ${serials.length} tokens imported`;
        return { value: { n_imported: serials.length, n_not_imported: 0 } };
      },
    },
    {
      method: "DELETE",
      path: "/token/:serial",
      event: "token_delete",
      removes: true,
      access: users(ownTokens),
      async run(exchange) {
        await oneToken(tokens, exchange);
        return { value: await tokens.delete({ serial: exchange.parameters.required("serial") }) };
      },
    },
    {
      method: "DELETE",
      path: "/token/",
      event: "token_delete",
      removes: true,
      lists: ["serial", "serials"],
      aliases: { serial: ["serials"] },
      access: users(ownTokens),
      async run(exchange) {
        const failed: string[] = [];
        const found: TokenRecord[] = [];
        for (const serial of serialsOf(exchange.parameters.required("serial"))) {
          const token = await tokens.find(serial);
          if (token) found.push(token);
          else failed.push(serial);
        }
        noteTokens(exchange, found);
        for (const { serial } of found) await tokens.delete({ serial });
        return { value: { count_success: found.length, failed, unauthorized: [] } };
      },
    },
    {
      method: "POST",
      path: "/token/assign",
      event: "token_assign",
      access: users(ownOrFreeToken),
      async run(exchange) {
        const { parameters, user, notes } = exchange;
        if (!user) throw parameterError("Missing parameter: user");
        notes.user = user;
        const serial = parameters.required("serial");
        await tokens.assign(serial, user, parameters.text("pin"), { selfService: isSelfService(exchange.actor) });
        noteTokens(exchange, [await tokens.require(serial)]);
        return { value: true };
      },
    },
    {
      method: "POST",
      path: "/token/unassign",
      event: "token_unassign",
      removes: true,
      access: users(ownTokens),
      run: async (exchange) => ({ value: await tokens.unassign(await tokenTarget(tokens, exchange)) }),
    },
    {
      method: "POST",
      path: "/token/lost/:serial",
      event: "token_lost",
      access: users(ownTokens),
      async run(exchange) {
        const { serial } = await oneToken(tokens, exchange);
        return { value: await tokens.lost(serial, { selfService: isSelfService(exchange.actor) }) };
      },
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
