import { join } from "node:path";
import type { Config } from "./config.js";

/** Where the scripts are that bindings may run. */
export function scriptDirectory({ dataDirectory, scripts }: Pick<Config, "dataDirectory" | "scripts">): string {
  return scripts.directory ?? join(dataDirectory, "scripts");
}
