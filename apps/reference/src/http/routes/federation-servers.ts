import { maskUrl, secretMark } from "@bookend/core";
import { type Domain, type FederationServer, limits, maskedValueError } from "@bookend/mfa";
import type { Route } from "../route.js";

/** Returns the routes for servers that calls are forwarded to. */
export function federationServerRoutes({ federationServers }: Pick<Domain, "federationServers">): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/privacyideaserver/",
      access: "admin",
      async run() {
        const servers = await federationServers.list();
        const described = servers.map(({ name, url, verifyTls: tls, timeout, description }) => [
          name,
          { id: name, url: maskUrl(url), tls, timeout, description },
        ]);
        return { value: Object.fromEntries(described) };
      },
    },
    {
      method: "POST",
      path: "/privacyideaserver/:identifier",
      access: "admin",
      async run({ parameters }) {
        const name = parameters.required("identifier");
        await federationServers.save({
          name,
          url: urlOf(parameters.required("url"), await federationServers.find(name)),
          verifyTls: parameters.flag("tls") ?? true,
          timeout: parameters.integer("timeout", 1, limits.federationTimeout) ?? 10,
          description: parameters.text("description") ?? "",
        });
        return { value: 1 };
      },
    },
    {
      method: "DELETE",
      path: "/privacyideaserver/:identifier",
      access: "admin",
      async run({ parameters }) {
        await federationServers.delete(parameters.required("identifier"));
        return { value: 1 };
      },
    },
  ];
}

/** Returns the given URL, or the stored one if the client sent it back masked. */
function urlOf(given: string, stored: FederationServer | null): string {
  if (!given.includes(secretMark)) return given;
  if (stored === null || maskUrl(stored.url) !== given) throw maskedValueError("url", given);
  return stored.url;
}
