import type { Challenge } from "@bookend/core";
import {
  type ApiCall,
  type Domain,
  isSelfService,
  onlyThemselves,
  ownTokens,
  pageOf,
  parameterError,
  type TokenFilter,
  type TokenRecord,
  type TokenSort,
  users,
} from "@bookend/mfa";
import type { Route } from "../route.js";
import { noteTokens, oneToken } from "../token-target.js";

/** Columns by their names over the wire. */
const sortColumns: Readonly<Record<string, TokenSort>> = {
  serial: "serial",
  tokentype: "type",
  description: "description",
  active: "active",
  failcount: "failCount",
  rollout_state: "rolloutState",
  username: "username",
  realm: "realm",
};

/** Both names are in use for the type of a token. */
const aliases = { type: ["tokentype"] };

/** What is read of tokens. */
export function tokenListRoutes({
  tokens,
  challenges,
  containers,
  tokenGroups,
}: Pick<Domain, "tokens" | "challenges" | "containers" | "tokenGroups">): readonly Route[] {
  const listTokens = async (exchange: ApiCall) => {
    const { parameters } = exchange;
    const page = await tokens.page(tokenFilter(exchange), {
      page: parameters.integer("page", 1),
      pageSize: parameters.integer("pagesize", 1),
      sortBy: sortColumn(parameters.text("sortby")),
      descending: parameters.text("sortdir")?.toLowerCase() === "desc",
    });
    const { count, current, previous, next } = page;
    const serials = page.tokens.map(({ serial }) => serial);
    const [inContainers, inGroups] = [await containers.serialsOf(serials), await tokenGroups.ofTokens(serials)];
    const described = page.tokens.map((token) => ({
      ...describeToken(token),
      container_serial: inContainers.get(token.serial) ?? "",
      tokengroup: inGroups.get(token.serial) ?? [],
    }));
    return { value: { count, current, prev: previous, next, tokens: described } };
  };
  const listChallenges = async (exchange: ApiCall) => {
    const { parameters, actor } = exchange;
    const serial = parameters.text("serial");
    if (serial !== undefined || isSelfService(actor)) await oneToken(tokens, exchange);
    const found = await challenges.list({ serial, transactionId: parameters.text("transaction_id") });
    const { items, count, current, previous, next } = pageOf(found, {
      page: parameters.integer("page", 1),
      pageSize: parameters.integer("pagesize", 1),
    });
    return { value: { count, current, prev: previous, next, challenges: items.map(describeChallenge) } };
  };
  return [
    { method: "GET", path: "/token/", event: "token_list", access: users(onlyThemselves), aliases, run: listTokens },
    {
      method: "GET",
      path: "/token/challenges/",
      event: "token_getchallenges",
      access: users(ownTokens),
      run: listChallenges,
    },
    {
      method: "GET",
      path: "/token/challenges/:serial",
      event: "token_getchallenges",
      access: users(ownTokens),
      run: listChallenges,
    },
    {
      method: "GET",
      path: "/token/getserial/:otp",
      secrets: ["otp"],
      aliases,
      event: "token_getserial",
      access: "admin",
      async run(exchange) {
        const filter = { ...tokenFilter(exchange), serial: exchange.parameters.text("string") };
        const [count, serial] = await Promise.all([
          tokens.count(filter),
          tokens.serialOfOtp(exchange.parameters.required("otp"), filter),
        ]);
        if (serial !== null) noteTokens(exchange, [await tokens.require(serial)]);
        return { value: { serial, count } };
      },
    },
  ];
}

function tokenFilter(exchange: ApiCall): TokenFilter {
  const { parameters, user } = exchange;
  return {
    serial: parameters.text("serial"),
    type: parameters.text("type"),
    // of a user, himself
    user,
    realm: parameters.text("tokenrealm"),
    resolver: parameters.text("resolver"),
    assigned: parameters.flag("assigned"),
    active: parameters.flag("active"),
    description: parameters.text("description"),
    rolloutState: parameters.text("rollout_state"),
    infoKey: parameters.text("infokey"),
    infoValue: parameters.text("infovalue"),
  };
}

function sortColumn(name: string | undefined): TokenSort | undefined {
  if (name === undefined || name === "") return undefined;
  if (Object.hasOwn(sortColumns, name)) return sortColumns[name];
  throw parameterError(`The parameter sortby has to be one of ${Object.keys(sortColumns).join(", ")}.`);
}

/** A token as clients read it. */
export function describeToken(token: TokenRecord) {
  return {
    id: token.id,
    serial: token.serial,
    tokentype: token.type,
    description: token.description,
    active: token.active,
    revoked: token.revoked,
    locked: token.locked,
    count: token.otpCounter,
    count_window: token.countWindow,
    sync_window: token.syncWindow,
    otplen: token.otpLength,
    failcount: token.failCount,
    maxfail: token.maxFailCount,
    rollout_state: token.rolloutState,
    info: token.info,
    realms: token.realms,
    username: token.owner?.login ?? "",
    user_id: token.owner?.uid ?? "",
    user_realm: token.owner?.realm ?? "",
    resolver: token.owner?.resolver ?? "",
  };
}

function describeChallenge(challenge: Challenge) {
  return {
    transaction_id: challenge.transactionId,
    serial: challenge.serial,
    session: challenge.session,
    data: challenge.data,
    timestamp: challenge.createdAt.toISOString(),
    expiration: challenge.expiresAt.toISOString(),
  };
}
