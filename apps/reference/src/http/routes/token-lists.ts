import { Readable } from "node:stream";
import {
  type ApiCall,
  challengeListParameters,
  challengePage,
  type Domain,
  getSerialParameters,
  isSelfService,
  noteTokens,
  oneToken,
  onlyThemselves,
  ownTokens,
  tokenFilterOf,
  tokenListAliases,
  tokenListParameters,
  tokenPage,
  users,
} from "@bookend/mfa";
import type { Route } from "../route.js";

/** Returns the routes that read tokens and challenges. */
export function tokenListRoutes(
  domain: Pick<Domain, "tokens" | "challenges" | "containers" | "tokenGroups">,
): readonly Route[] {
  const { tokens, challenges } = domain;
  const listTokens = async (call: ApiCall) => {
    const page = await tokenPage(domain, call);
    if (page.csv === undefined) return page;
    return { contentType: "text/csv; charset=utf-8", body: Readable.from([page.csv]) };
  };
  const listChallenges = async (call: ApiCall) => {
    const serial = call.parameters.text("serial");
    // only admins get here with a pattern: the rule `ownTokens` refuses patterns to users, since no token of theirs has
    // such a serial
    const isPattern = serial?.includes("*") ?? !isSelfService(call.actor);
    if (!isPattern) await oneToken(tokens, call);
    return { value: await challengePage(challenges, call) };
  };
  return [
    {
      method: "GET",
      path: "/token/",
      event: "token_list",
      access: users(onlyThemselves),
      aliases: tokenListAliases,
      accepts: tokenListParameters,
      run: listTokens,
    },
    ...["/token/challenges/", "/token/challenges/:serial"].map(
      (path): Route => ({
        method: "GET",
        path,
        event: "token_getchallenges",
        access: users(ownTokens),
        accepts: challengeListParameters,
        run: listChallenges,
      }),
    ),
    {
      method: "GET",
      path: "/token/getserial/:otp",
      secrets: ["otp"],
      aliases: tokenListAliases,
      accepts: getSerialParameters,
      event: "token_getserial",
      access: "admin",
      async run(call) {
        const { parameters } = call;
        const part = parameters.text("string");
        const filter = {
          ...tokenFilterOf(call),
          serial: part === undefined || part.includes("*") ? part : `*${part}*`,
          ...(parameters.flag("unassigned") && { assigned: false }),
        };
        const count = await tokens.count(filter);
        if (parameters.flag("count")) return { value: { serial: null, count } };
        const serial = await tokens.serialOfOtp(parameters.required("otp"), filter);
        if (serial !== null) noteTokens(call, [await tokens.require(serial)]);
        return { value: { serial, count } };
      },
    },
  ];
}
