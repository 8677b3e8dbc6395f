import type { FederationServerService } from "../federation/federation-servers.js";

/** Looks up stored servers, for actions that forward calls. */
export function forwardingServers(stored: FederationServerService) {
  return {
    names: async () => (await stored.list()).map(({ name }) => name),
    async find(name: string) {
      const server = await stored.find(name);
      if (server === null) return undefined;
      const { url, verifyTls, timeout } = server;
      return { url, timeoutMs: timeout * 1000, ...(!verifyTls && { tls: { rejectUnauthorized: false } }) };
    },
  };
}
