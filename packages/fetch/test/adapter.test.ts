import { adapterTests } from "@bookend/conformance/adapter";
import { describe, test } from "vitest";
import { startNodeServer } from "./node-server.js";

describe(`fetch on Node.js ${process.versions.node}`, () => {
  for (const { name, run } of adapterTests(startNodeServer)) test(name, run);
});
