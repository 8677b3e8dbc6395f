import { join } from "node:path";
import type { Config } from "./config.js";

/** Returns the directory to which `savefile` writes. */
export function spoolDirectory({
  dataDirectory,
  notifications,
}: Pick<Config, "dataDirectory" | "notifications">): string {
  return notifications.spoolDirectory ?? join(dataDirectory, "notifications");
}
