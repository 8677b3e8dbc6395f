import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build, type Plugin } from "esbuild";

/** Runs a script in a separate process; resolves to the script's output, without surrounding white space. */
export type RunProcess = (script: string, ...args: string[]) => Promise<string>;

/** Options of {@link processesBeside}. */
export interface ProcessOptions {
  /**
   * Whether to bundle each script. Set to false for scripts that resolve modules by themselves, such as one that loads
   * a package twice. @default true
   */
  readonly bundled?: boolean | undefined;
}

/** Installed packages stay where they are; workspace packages, which are TypeScript, become part of the bundle. */
const installedPackages: Plugin = {
  name: "installed packages",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind === "entry-point" || path.startsWith("@bookend/") || path.startsWith("node:") || pluginData === resolved)
        return undefined;
      const found = await resolve(path, { kind, resolveDir, pluginData: resolved });
      return found.errors.length > 0 || found.external
        ? undefined
        : { path: pathToFileURL(found.path).href, external: true };
    });
  },
};

const resolved = Symbol("resolved");

/**
 * Runs TypeScript files of one folder, each in a separate process that reads workspace packages from their source.
 * `folder` is the URL of a file in that folder: `import.meta.url`. Each file is bundled once, since loading hundreds of
 * files in each process would take most of the time of such tests.
 */
export function processesBeside(folder: string, { bundled = true }: ProcessOptions = {}): RunProcess {
  const bundles = new Map<string, Promise<string>>();
  let directory: string | undefined;
  const bundle = async (script: string): Promise<string> => {
    if (directory === undefined) {
      const made = mkdtempSync(join(tmpdir(), "bookend-processes-"));
      process.once("exit", () => rmSync(made, { recursive: true, force: true }));
      directory = made;
    }
    const outfile = join(directory, script.replace(/[^\w-]+/g, "-").concat(".mjs"));
    await build({
      entryPoints: [fileURLToPath(new URL(script, folder))],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      conditions: ["@bookend/source", "module"],
      plugins: [installedPackages],
      logLevel: "error",
    });
    return outfile;
  };
  if (!bundled) {
    return (script, ...args) => {
      const path = fileURLToPath(new URL(script, folder));
      return printed(["--conditions=@bookend/source", "--import", "tsx", path, ...args]);
    };
  }
  return async (script, ...args) => {
    const made = bundles.get(script) ?? bundle(script);
    bundles.set(script, made);
    return printed([await made, ...args]);
  };
}

async function printed(commandLine: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...commandLine]);
  return stdout.trim();
}
