import { handlerTests } from "@bookend/conformance";
import { worldOf } from "@bookend/test-kit";
import { describe, it } from "vitest";
import { token } from "../src/index.js";
import { aToken } from "./host.js";
import { recordedTokens } from "./recorded-tokens.js";

function host() {
  const world = worldOf({
    now: "2026-03-15T12:00:00Z",
    realms: { realm1: ["resoA"], realm2: ["resoB"] },
    tokens: [aToken({ serial: "S1", tokeninfo: { seen: "once", uses: "1" } })],
  });
  return { handler: token({ tokens: recordedTokens(world.state) }), directories: world.directories };
}

const tests = handlerTests(host, {
  call: { request: { parameters: { serial: "S1" }, user: { login: "alice", realm: "realm1" } } },
  actions: {
    "set tokenrealm": { options: { realm: "realm2", only_realm: true } },
    delete: { options: {} },
    unassign: { options: {} },
    disable: { options: {} },
    enable: { options: {} },
    enroll: [
      { options: { tokentype: "hotp", user: true } },
      {
        options: {
          tokentype: "motp",
          user: true,
          motppin: "8231-4711",
          additional_params: '{"pin": "kit-canary-pin"}',
        },
      },
    ],
    "set description": { options: { description: "enrolled {now}" } },
    "set validity": { options: { "valid from": "+1d", "valid till": "+10d" } },
    "set countwindow": { options: { "count window": 20 } },
    "set tokeninfo": { options: { key: "seen", value: "{now}" } },
    "increase tokeninfo": { options: { key: "uses", increment: 2 } },
    "delete tokeninfo": { options: { key: "seen" } },
    "set failcounter": { options: { "fail counter": 3 } },
    "change failcounter": { options: { "change fail counter": "+1" } },
    "set max failcount": { options: { "max failcount": 5 } },
    "set random pin": { options: { length: 8 } },
    "add tokengroup": { options: { tokengroup: "vpn" } },
    "remove tokengroup": { options: { tokengroup: "vpn" } },
    "attach application": { options: { application: "ssh", service_id: "login", user: "{user}" } },
  },
  readme: new URL("../README.md", import.meta.url),
  nodeArguments: ["--conditions=@bookend/source", "--import=tsx"],
});

describe("token passes the conformance kit", () => {
  for (const { name, run } of tests) it(name, run);
});
