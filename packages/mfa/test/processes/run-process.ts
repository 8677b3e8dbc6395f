import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Runs a script of this folder in a process of its own; resolves to what it printed. */
export async function runProcess(script: string, ...args: string[]): Promise<string> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const options = ["--conditions=@bookend/source", "--import", "tsx", path];
  const { stdout } = await promisify(execFile)(process.execPath, [...options, ...args]);
  return stdout.trim();
}
