import { problemMessage, ValueError } from "@bookend/core";
import { clientAddress, parseTrustedProxies } from "./client-address.js";

/**
 * Returns the address of the client that a caller names in a parameter, if the caller may name it. Created by
 * `parseClientOverrides`.
 */
export type ClientOverrides = (caller: string, client: string) => { readonly clientIp: string | undefined } | undefined;

const everybody = ["0.0.0.0/0", "::/0"];

/**
 * Parses networks whose callers may name the address of their client, such as gateways that send it as a parameter. A
 * rule can list the clients that they may name after `>`: `["10.0.0.5", "10.1.0.0/16 > 192.168.0.0/16"]`.
 *
 * The resulting function returns undefined for a caller who may not name this client. If the parameter is not an
 * address, `clientIp` is undefined: it is never replaced by the caller's own address.
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
