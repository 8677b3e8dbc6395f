import { clientAddress, parseTrustedProxies } from "@bookend/adapter-kit";
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "./api-error.js";

/** How often a client may call. Counted by this process alone. */
export interface RateLimits {
  /** Failed logins a minute, of each address and login together. */
  readonly failedLogins: number;
  /** Calls of routes that need no login, in ten seconds, of each address. */
  readonly anonymous: number;
  /** Addresses and networks that are not counted, such as RADIUS gateways. */
  readonly exempt: readonly string[];
}

const minute = 60_000;
const tenSeconds = 10_000;

/** Most addresses and logins that are remembered; the one unused for longest is forgotten first. */
const remembered = 50_000;

/** How many characters of a login are compared. */
const loginLength = 255;

/** Refuses calls beyond the limits with 429, before anything else is done with them. Register it before routes. */
export async function limitRates(
  app: FastifyInstance,
  { limits, trustedProxies }: { readonly limits: RateLimits; readonly trustedProxies: readonly string[] },
): Promise<void> {
  const trusted = parseTrustedProxies(trustedProxies);
  const isExempt = parseTrustedProxies(limits.exempt);
  /** A client whose address is unknown is counted together with all others behind its proxy. */
  const addressOf = ({ socket, headers }: FastifyRequest): string => {
    const forwarded = headers["x-forwarded-for"];
    const header = typeof forwarded === "string" || forwarded === undefined ? forwarded : forwarded.join(",");
    return clientAddress(socket.remoteAddress, header, trusted) ?? `unknown behind ${socket.remoteAddress}`;
  };
  const loginKey = (request: FastifyRequest) => `${addressOf(request)} ${loginOf(request)}`;
  await app.register(rateLimit, { global: false, cache: remembered });
  const anonymous = app.createRateLimit({ max: limits.anonymous, timeWindow: tenSeconds, keyGenerator: addressOf });
  const logins = app.createRateLimit({ max: limits.failedLogins, timeWindow: minute, keyGenerator: loginKey });
  /** Logins under way: they may all fail, so each takes a place until its end is known. */
  const pending = new Map<string, number>();
  const places = new WeakMap<FastifyRequest, string>();

  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.config.access !== "anyone" || isExempt(addressOf(request), 0)) return;
    const counted = await anonymous(request);
    if (!counted.isAllowed && counted.isExceeded) refuse(reply, counted.ttlInSeconds);
  });
  // the first hook that knows the login; the actions of a call run after it
  app.addHook("preValidation", async (request, reply) => {
    if (request.routeOptions.config.event !== "auth" || isExempt(addressOf(request), 0)) return;
    const counted = await logins(request, { increment: false });
    const key = loginKey(request);
    const open = pending.get(key) ?? 0;
    if (!counted.isAllowed && counted.remaining <= open) refuse(reply, counted.ttlInSeconds);
    pending.set(key, open + 1);
    places.set(request, key);
  });
  app.addHook("onSend", async (request, reply) => {
    const key = places.get(request);
    if (key === undefined) return;
    places.delete(request);
    if (reply.statusCode === 401) await logins(request);
    const open = (pending.get(key) ?? 1) - 1;
    if (open > 0) pending.set(key, open);
    else pending.delete(key);
  });
}

function refuse(reply: FastifyReply, seconds: number): never {
  reply.header("retry-after", String(Math.max(1, seconds)));
  throw new ApiError(429, 429, "Too many requests. Try again later.");
}

/** The login as the route reads it: a later source replaces an earlier one, in any letter case. The route refuses objects. */
function loginOf({ query, body }: FastifyRequest): string {
  const isNamed = typeof body === "object" && body !== null;
  const { username, user } = { ...(query as object), ...(isNamed && body) } as { username?: unknown; user?: unknown };
  const login = username ?? user ?? "";
  if (typeof login === "object") return "";
  return String(login).trim().toLowerCase().slice(0, loginLength);
}
