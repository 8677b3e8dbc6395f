import { handlerTests, startHttpPeer } from "@bookend/conformance";
import { describe, it } from "vitest";
import { federation } from "../src/index.js";

/**
 * Starts a server that responds to calls. To refuse a call, it sends a body that is not JSON: an error in JSON would be
 * passed on as the response of the call, and the action would have succeeded.
 */
async function startServer() {
  const http = await startHttpPeer({ body: '{"result":{"status":true,"value":true},"detail":{"serial":"X1"}}' });
  return { ...http, refuse: () => http.respond({ status: 502, body: "Bad Gateway" }) };
}

const serversAt = (url: string) => ({
  names: () => ["other"],
  find: (name: string) => (name === "other" ? { url } : undefined),
});

const tests = handlerTests(({ http }) => federation({ servers: serversAt(http.url), allow: ["127.0.0.1"] }), {
  peers: {
    http: startServer,
  },
  actions: {
    forward: {
      options: {
        privacyIDEA: "other",
        realm: "there",
        resolver: "ldap",
        forward_client_ip: true,
        forward_authorization_token: true,
      },
    },
  },
  readme: new URL("../README.md", import.meta.url),
  nodeArguments: ["--conditions=@bookend/source", "--import=tsx"],
});

describe("federation passes the conformance kit", () => {
  for (const { name, run } of tests) it(name, run);
});
