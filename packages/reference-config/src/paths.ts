import { access, stat } from "node:fs/promises";

/** Returns the kind of file at a path; a path that cannot be read counts as missing. */
export async function kindOf(path: string): Promise<"directory" | "file" | "other" | "missing"> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return "directory";
    return stats.isFile() ? "file" : "other";
  } catch {
    return "missing";
  }
}

/** Returns whether this process has all of these permissions. */
export async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
