import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("shows an example that runs", () => {
  const example = new URL("readme-example.ts", import.meta.url);
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toContain(readFileSync(example, "utf8"));
  const node = ["--import", "tsx", "--conditions", "@bookend/source"];
  const printed = execFileSync(process.execPath, [...node, fileURLToPath(example)], { encoding: "utf8" });
  expect(JSON.parse(printed)).toMatchObject({ level: 30, name: "logins", msg: "root logged in from 10.1.2.3" });
});
