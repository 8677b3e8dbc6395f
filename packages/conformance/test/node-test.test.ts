import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { handlerTests } from "../src/index.js";
import { sampleHandler } from "./sample-handler.js";

it("runs in the test runner of Node.js", () => {
  const file = fileURLToPath(new URL("node-test/sample.ts", import.meta.url));
  const node = ["--conditions=@bookend/source", "--import=tsx", "--test", "--test-reporter=tap", file];
  const { stdout, stderr } = spawnSync(process.execPath, node, { encoding: "utf8", timeout: 120_000 });
  const count = handlerTests(() => sampleHandler({ url: "", token: "" }), { actions: {} }).length;
  expect(stdout, stderr).toContain(`# pass ${count}`);
  expect(stdout).toContain("# fail 0");
});
