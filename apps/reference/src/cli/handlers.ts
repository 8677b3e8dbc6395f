import { createRequire } from "node:module";
import { dirname } from "node:path";
import { loadConfig } from "@bookend/reference-config";
import { loadHandlers } from "../handlers/configured-handlers.js";
import { ownHandlers } from "../handlers/own-handlers.js";

const require = createRequire(import.meta.url);

/** Runs `handlers --config FILE`: prints one line for each handler, with its id, package, version and directory. */
export async function listHandlers({ config: file }: { readonly config: string }): Promise<void> {
  const loaded = await loadHandlers(await loadConfig(file), Object.keys(ownHandlers));
  const rows = [
    ...Object.entries(ownHandlers).map(([id, name]) => {
      const manifest = `${name}/package.json`;
      return [id, name, String(require(manifest).version), dirname(require.resolve(manifest))];
    }),
    ...loaded.map(({ handler, from }) => [handler.id, from.name, from.version, from.directory]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}
