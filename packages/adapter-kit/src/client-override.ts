import { problemMessage, ValueError } from "@bookend/core";
import { clientAddress, parseTrustedProxies } from "./client-address.js";

/** Determines which client a caller speaks for. Created by `parseClientOverrides`. */
export type ClientOverrides = (caller: string, client: string) => { readonly clientIp: string | undefined } | undefined;

const everybody = ["0.0.0.0/0", "::/0"];

/**
 * Parses networks whose callers may name the address of their client, such as gateways that send it as a parameter.
 * After `>`, the clients that they may name: `["10.0.0.5", "10.1.0.0/16 > 192.168.0.0/16"]`.
 *
 * The resulting function returns undefined for a caller who may not name a client; `clientIp` is undefined if the
 * parameter is not an address, and is never the caller's own address.
 *
 * @throws {ValueError} VALUE_INVALID
 */
export function parseClientOverrides(rules: readonly string[]): ClientOverrides {
  const parsed = rules.map((rule) => {
    const [callers = "", clients, ...rest] = rule.split(">").map((part) => part.trim());
    if (rest.length > 0) {
      const allowed = "a network, or two with > between them";
      throw new ValueError(problemMessage(`${JSON.stringify(rule)} is not a rule for clients`, allowed), allowed);
    }
    return {
      isCaller: parseTrustedProxies([callers]),
      isClient: parseTrustedProxies(clients === undefined ? everybody : [clients]),
    };
  });
  return (caller, client) => {
    const mayName = parsed.filter(({ isCaller }) => isCaller(caller, 0));
    if (mayName.length === 0) return undefined;
    const clientIp = clientAddress(client, undefined, () => false);
    if (clientIp === undefined) return { clientIp };
    return mayName.some(({ isClient }) => isClient(clientIp, 0)) ? { clientIp } : undefined;
  };
}
