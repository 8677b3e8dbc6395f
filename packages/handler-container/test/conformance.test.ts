import { handlerTests } from "@bookend/conformance";
import { worldOf } from "@bookend/test-kit";
import { describe, it } from "vitest";
import { container } from "../src/index.js";
import { alice, aToken, bob } from "./host.js";
import { recordedContainers } from "./recorded-containers.js";

function host() {
  const world = worldOf({
    now: "2026-03-15T12:00:00Z",
    realms: { realm1: ["resoA"] },
    tokens: [aToken("S1"), aToken("S2")],
    containers: [
      {
        serial: "C1",
        type: "smartphone",
        states: ["active"],
        users: [alice],
        info: { a: "1", registered: "1" },
        tokens: ["S1"],
      },
    ],
  });
  const { directories } = world;
  return { handler: container({ containers: recordedContainers(world.state) }), directories };
}

const tests = handlerTests(host, {
  call: { request: { parameters: { container_serial: "C1", serial: "S2" }, user: alice } },
  actions: {
    create: { options: { type: "smartphone", description: "of {user}", user: true, token: true } },
    delete: { options: {} },
    unassign: { options: {} },
    assign: { options: {}, call: { request: { parameters: { container_serial: "C1" }, user: bob } } },
    "set states": { options: { active: true, damaged: true } },
    "add states": { options: { lost: true } },
    "set description": { options: { description: "of {user}" } },
    "remove all tokens": { options: {} },
    "set container info": { options: { key: "a", value: "{now}" } },
    "add container info": { options: { key: "b", value: "2" } },
    "delete container info": { options: { key: "a" } },
    "enable all tokens": { options: {} },
    "disable all tokens": { options: {} },
    unregister: { options: {} },
  },
  readme: new URL("../README.md", import.meta.url),
  nodeArguments: ["--conditions=@bookend/source", "--import=tsx"],
});

describe("container passes the conformance kit", () => {
  for (const { name, run } of tests) it(name, run);
});
