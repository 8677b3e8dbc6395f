import { join } from "node:path";
import type { Config } from "./config.js";

/** Returns the directory of the scripts that bindings may run. */
export function scriptDirectory({ dataDirectory, scripts }: Pick<Config, "dataDirectory" | "scripts">): string {
  return scripts.directory ?? join(dataDirectory, "scripts");
}
