import { adapterTests } from "@bookend/conformance/adapter";
import { describe, test } from "vitest";
import { startFastifyServer } from "./fastify-server.js";

describe("Fastify 5", () => {
  for (const { name, run } of adapterTests(startFastifyServer)) test(name, run);
});
