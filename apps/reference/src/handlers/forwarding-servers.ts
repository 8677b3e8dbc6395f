import type { FederationServers } from "@bookend/handler-federation";
import type { FederationServerService } from "@bookend/mfa";

/** The stored servers as the federation handler looks for them. */
export function forwardingServers(stored: FederationServerService): FederationServers {
  return {
    names: async () => (await stored.list()).map(({ name }) => name),
    async find(name) {
      const server = await stored.find(name);
      if (server === null) return undefined;
      const { url, verifyTls, timeout } = server;
      return { url, timeoutMs: timeout * 1000, ...(!verifyTls && { tls: { rejectUnauthorized: false } }) };
    },
  };
}
