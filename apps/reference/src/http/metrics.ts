import { createHash, timingSafeEqual } from "node:crypto";
import { BlockList, isIPv4 } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Registry } from "prom-client";
import { ApiError } from "./api-error.js";

/** Metrics, and the callers that may read them. */
export interface MetricsEndpoint {
  readonly registry: Pick<Registry, "contentType" | "metrics">;
  /** Addresses and networks of peers that do not need a token. */
  readonly allow: readonly string[];
  /** Token that allows callers from any address, sent as `Authorization: Bearer TOKEN`. */
  readonly token?: string | undefined;
}

/**
 * Names of headers that proxies add. The peer address of a request with such a header is that of the proxy, not of the
 * sender.
 */
const proxyHeader =
  /^(?:forwarded|via|x-forwarded.*|x-original-forwarded-for|x-real-ip|(?:x-|true-|fastly-|x-cluster-)client-ip|cf-(?:connecting-ip|ray)|x-envoy-external-address|x-amzn-trace-id|x-azure-clientip)$/;

/** Adds `GET /metrics` in the text format of Prometheus. */
export function mountMetrics(app: FastifyInstance, { registry, allow, token }: MetricsEndpoint): void {
  const allowed = networksOf(allow);
  const isAllowed = ({ headers, socket }: FastifyRequest): boolean => {
    if (token !== undefined && equal(headers.authorization ?? "", `Bearer ${token}`)) return true;
    if (Object.keys(headers).some((name) => proxyHeader.test(name))) return false;
    const address = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, "") ?? "";
    return address !== "" && allowed.check(address, isIPv4(address) ? "ipv4" : "ipv6");
  };
  app.get("/metrics", async (request, reply) => {
    if (!isAllowed(request)) throw new ApiError(4033, 401, "Reading metrics requires an allowed network or a token.");
    return reply.header("content-type", registry.contentType).send(await registry.metrics());
  });
}

function networksOf(allow: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const network of allow) {
    const [address = "", prefix] = network.split("/");
    const family = isIPv4(address) ? "ipv4" : "ipv6";
    if (prefix === undefined) networks.addAddress(address, family);
    else networks.addSubnet(address, Number(prefix), family);
  }
  return networks;
}

/** Compares strings in a time that does not depend on where they differ. */
function equal(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
