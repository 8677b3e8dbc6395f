import { handlerTests } from "@bookend/conformance";
import { describe, it } from "vitest";
import { requestMangler } from "../src/index.js";

const tests = handlerTests(requestMangler, {
  actions: {
    delete: { options: { parameter: "note" } },
    set: [
      { options: { parameter: "note", value: "changed" } },
      { options: { parameter: "note", value: "of {0}", match_parameter: "user", match_pattern: "(.*)" } },
    ],
  },
  readme: new URL("../README.md", import.meta.url),
  nodeArguments: ["--conditions=@bookend/source", "--import=tsx"],
});

describe("requestMangler passes the conformance kit", () => {
  for (const { name, run } of tests) it(name, run);
});
