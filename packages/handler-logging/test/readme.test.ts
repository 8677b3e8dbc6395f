import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

// a Node.js of its own is slow to start on a busy machine
it("shows an example that runs", { timeout: 60_000 }, () => {
  const example = new URL("readme-example.ts", import.meta.url);
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toContain(readFileSync(example, "utf8"));
  const node = ["--import", "tsx", "--conditions", "@bookend/source"];
  const printed = execFileSync(process.execPath, [...node, fileURLToPath(example)], { encoding: "utf8" });
  expect(printed).toMatch(/^\{ callId: .+, bindingId: 1 \} root logged in from 10\.1\.2\.3\n$/s);
});
