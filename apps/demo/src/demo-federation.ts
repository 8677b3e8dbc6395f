import { isIP } from "node:net";
import type { Domain } from "@bookend/mfa";

/** Name of the stored server to which calls are forwarded. It is the demo itself. */
export const demoFederationServer = "self";

/** Returns the URL at which the demo reaches itself, if it listens on this host and port. */
export function ownUrl(host: string, url: string): string {
  const own = new URL(url);
  if (isAnyAddress(host)) own.hostname = isIP(host) === 6 ? "[::1]" : "127.0.0.1";
  return own.origin;
}

/** Returns the addresses to which {@link ownUrl} can lead: the only private addresses that the demo may call. */
export function ownAddresses(host: string): readonly string[] {
  if (isAnyAddress(host) || isIP(host) === 0) return ["127.0.0.1", "::1"];
  return [host];
}

/** Stores the URL of the server `self`. With `isNew` false, a server that an administrator has deleted stays deleted. */
export async function saveOwnServer({ federationServers }: Domain, url: string, isNew: boolean): Promise<void> {
  const found = await federationServers.find(demoFederationServer);
  if (!found && !isNew) return;
  const byDefault = { verifyTls: true, timeout: 10, description: "The demo itself" };
  await federationServers.save({ ...byDefault, ...found, name: demoFederationServer, url });
}

function isAnyAddress(host: string): boolean {
  return ["0.0.0.0", "::"].includes(host);
}
