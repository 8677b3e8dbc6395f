import type { Domain } from "@bookend/mfa";
import type { Route } from "../route.js";

/** Servers that calls are forwarded to. */
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
          { id: name, url, tls, timeout, description },
        ]);
        return { value: Object.fromEntries(described) };
      },
    },
    {
      method: "POST",
      path: "/privacyideaserver/:identifier",
      access: "admin",
      async run({ parameters }) {
        await federationServers.save({
          name: parameters.required("identifier"),
          url: parameters.required("url"),
          verifyTls: parameters.flag("tls") ?? true,
          timeout: parameters.integer("timeout", 1) ?? 10,
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
