import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs the blocks in one shell, as if they were pasted one after another. Returns the output of each. */
export async function runInShell(blocks: readonly string[]): Promise<string[]> {
  const mark = "----- end of block";
  const script = blocks.map((block) => `${block}\necho "\n${mark}"`).join("\n");
  const shell = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code] = await once(shell, "close");
  expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
  return output.split(mark).map((text) => text.trim());
}

/** Returns the JSON documents that a block printed, in order. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
export function documents(text: string | undefined): any[] {
  // curl prints responses without a line feed at their end, so that several can be on one line
  return (text ?? "")
    .replace(/\}\s*\{"jsonrpc"/g, '}\n{"jsonrpc"')
    .replace(/\}\s*\[\{/g, "}\n[{")
    .split("\n")
    .filter((line) => line.startsWith("{") || line.startsWith("["))
    .map((line) => JSON.parse(line));
}
