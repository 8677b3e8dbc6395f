import { constants } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "./config.js";
import { problemLine } from "./describe-issue.js";
import { kindOf, may } from "./paths.js";
import { scriptDirectory } from "./script-directory.js";
import { spoolDirectory } from "./spool-directory.js";

/** A directory that the configuration names. */
interface Place {
  readonly field: string;
  readonly path: string;
  /** Whether the directory is created at startup if it is missing. */
  readonly made: boolean;
  /** Whether the server writes to it. */
  readonly written: boolean;
}

/** Returns one line for each directory that cannot be used. Creates no directories. */
export async function checkDirectories(config: Config): Promise<readonly string[]> {
  const { dataDirectory, notifications, resolvers } = config;
  const own = { made: true, written: true };
  const foreign = { made: false, written: false };
  const places: Place[] = [
    { field: "dataDirectory", path: dataDirectory, ...own },
    { field: "dataDirectory", path: join(dataDirectory, "secrets"), ...own },
    { field: "notifications.spoolDirectory", path: spoolDirectory(config), ...own },
    { field: "scripts.directory", path: scriptDirectory(config), made: true, written: false },
    ...optional("notifications.templateDirectory", notifications.templateDirectory, foreign),
    ...optional("notifications.scriptDirectory", notifications.scriptDirectory, foreign),
    ...optional("resolvers.passwdDirectory", resolvers.passwdDirectory, foreign),
  ];
  const problems = new Map<string, string>();
  for (const place of places) {
    const problem = await problemOf(place);
    // if a directory cannot be used, neither can the directories in it; only the outer one is reported
    if (problem !== undefined && ![...problems.keys()].some((path) => place.path.startsWith(`${path}/`))) {
      problems.set(place.path, problemLine(place.field, problem));
    }
  }
  return [...new Set(problems.values())];
}

function optional(field: string, path: string | undefined, kind: Pick<Place, "made" | "written">): readonly Place[] {
  return path === undefined ? [] : [{ field, path, ...kind }];
}

async function problemOf({ path, made, written }: Place): Promise<string | undefined> {
  const kind = await kindOf(path);
  const shown = JSON.stringify(path);
  const refused = (wrong: string) =>
    `${wrong}. Allowed: a directory that this process can ${written ? "read and write" : "read"}.`;
  if (kind === "other" || kind === "file") return refused(`${shown} is not a directory`);
  if (kind === "missing") {
    if (!made) return refused(`${shown} does not exist`);
    const parent = await nearestExisting(path);
    if ((await kindOf(parent)) !== "directory") {
      return refused(`${shown} cannot be created: ${JSON.stringify(parent)} is not a directory`);
    }
    return (await may(parent, constants.W_OK | constants.X_OK))
      ? undefined
      : refused(`${shown} cannot be created: ${JSON.stringify(parent)} is not writable`);
  }
  const mode = constants.R_OK | constants.X_OK | (written ? constants.W_OK : 0);
  return (await may(path, mode)) ? undefined : refused(`${shown} cannot be ${written ? "read and written" : "read"}`);
}

async function nearestExisting(path: string): Promise<string> {
  const parent = dirname(path);
  return parent === path || (await kindOf(parent)) !== "missing" ? parent : nearestExisting(parent);
}
