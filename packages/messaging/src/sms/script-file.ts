import { lstatSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { MessagingError } from "../errors.js";

/** Write permission of the group or of everybody. */
const OTHERS_MAY_WRITE = 0o022;

/**
 * The path of a script in the directory.
 *
 * @throws MessagingError `SCRIPT_REFUSED` for a name that leads elsewhere, through a link as well, and for a file or a
 * directory that others than its owner may write
 */
export function scriptFile(directory: string, name: string): string {
  const refuse = (why: string) => new MessagingError("SCRIPT_REFUSED", `script: ${JSON.stringify(name)} ${why}.`);
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name)) throw refuse("is not a plain file name");
  const path = join(directory, name);
  try {
    const home = realpathSync(directory);
    const file = realpathSync(path);
    if (dirname(file) !== home) throw refuse("is a link out of the directory");
    if (statSync(home).mode & OTHERS_MAY_WRITE) throw refuse("is in a directory that others may write");
    const { mode } = lstatSync(file);
    if (!lstatSync(file).isFile() || !(mode & 0o111)) throw refuse("is not an executable file");
    if (mode & OTHERS_MAY_WRITE) throw refuse("may be written by others");
    return file;
  } catch (error) {
    if (error instanceof MessagingError) throw error;
    throw refuse("is not there");
  }
}
