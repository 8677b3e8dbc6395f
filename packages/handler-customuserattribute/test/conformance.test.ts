import { handlerTests } from "@bookend/conformance";
import { worldOf } from "@bookend/test-kit";
import { describe, it } from "vitest";
import { customUserAttribute } from "../src/index.js";
import { recordedAttributes } from "./recorded-attributes.js";

function host() {
  const world = worldOf({
    now: "2026-03-15T12:00:00Z",
    realms: { realm1: ["resoA"] },
    user_attributes: [{ user: { login: "alice", realm: "realm1" }, attributes: { color: "red" } }],
  });
  const { directories } = world;
  return { handler: customUserAttribute({ attributes: recordedAttributes(world.state) }), directories };
}

const tests = handlerTests(host, {
  call: { request: { user: { login: "alice", realm: "realm1" } } },
  actions: {
    set_custom_user_attributes: { options: { user: "tokenowner", attrkey: "greeted", attrvalue: "{user}" } },
    delete_custom_user_attributes: { options: { user: "tokenowner", attrkey: "color" } },
  },
  readme: new URL("../README.md", import.meta.url),
  nodeArguments: ["--conditions=@bookend/source", "--import=tsx"],
});

describe("customUserAttribute passes the conformance kit", () => {
  for (const { name, run } of tests) it(name, run);
});
