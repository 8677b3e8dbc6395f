import { adapterTests } from "@bookend/conformance/adapter";
import { describe, test } from "vitest";
import { startHonoServer } from "./hono-server.js";

describe("Hono 4 on Node.js", () => {
  for (const { name, run } of adapterTests(startHonoServer)) test(name, run);
});
