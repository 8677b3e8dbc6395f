import { handlerTests } from "@bookend/conformance";
import { pino } from "pino";
import { describe, it } from "vitest";
import { logging } from "../src/index.js";

const tests = handlerTests(() => logging({ logger: pino({ level: "silent" }) }), {
  actions: { logging: { options: { name: "logins", level: "WARNING", message: "{user} logged in" } } },
  readme: new URL("../README.md", import.meta.url),
  nodeArguments: ["--conditions=@bookend/source", "--import=tsx"],
});

describe("logging passes the conformance kit", () => {
  for (const { name, run } of tests) it(name, run);
});
