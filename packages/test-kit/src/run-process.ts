import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Runs a script in a process of its own; resolves to what the script printed, without surrounding white space. */
export type RunProcess = (script: string, ...args: string[]) => Promise<string>;

/**
 * Runs TypeScript files of one folder, each in a process of its own that reads workspace packages from their source.
 * `folder` is the URL of a file in that folder: `import.meta.url`.
 */
export function processesBeside(folder: string): RunProcess {
  return async (script, ...args) => {
    const path = fileURLToPath(new URL(script, folder));
    const options = ["--conditions=@bookend/source", "--import", "tsx", path];
    const { stdout } = await promisify(execFile)(process.execPath, [...options, ...args]);
    return stdout.trim();
  };
}
