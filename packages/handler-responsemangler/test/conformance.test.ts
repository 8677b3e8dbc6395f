import { handlerTests } from "@bookend/conformance";
import { describe, it } from "vitest";
import { responseMangler } from "../src/index.js";

const tests = handlerTests(responseMangler, {
  actions: {
    delete: { options: { "JSON pointer": "/detail/message" } },
    set: [
      { options: { "JSON pointer": "/detail/message", type: "string", value: "Hello {user}" } },
      { options: { "JSON pointer": "/detail/count", type: "integer", value: 3 } },
      { options: { "JSON pointer": "/detail/known", type: "bool", value: true } },
    ],
  },
  readme: new URL("../README.md", import.meta.url),
  nodeArguments: ["--conditions=@bookend/source", "--import=tsx"],
});

describe("responseMangler passes the conformance kit", () => {
  for (const { name, run } of tests) it(name, run);
});
