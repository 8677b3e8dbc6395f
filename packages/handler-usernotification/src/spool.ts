import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { Refusal } from "./refusal.js";
import { parseSpoolName } from "./spool-name.js";

/** The default directory of `savefile`. */
export const defaultSpoolDirectory = "/var/lib/bookend/notifications";

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const newFileFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Writes a file into `directory`, with mode 0600, by renaming a temporary file; an existing file is replaced.
 * Directories in the name are created with mode 0700. Links below `directory` are not followed. On Linux, this includes
 * links that are created in the meantime, since each directory is held open while the next one is opened.
 *
 * @throws {Refusal} for a name that cannot be used; file system errors are passed on
 */
export async function writeToSpool(
  directory: string,
  name: string,
  content: string,
  signal: AbortSignal,
): Promise<void> {
  const segments = parseSpoolName(name);
  const file = segments.at(-1) as string;
  let place = await openSpool(directory);
  try {
    for (const segment of segments.slice(0, -1)) {
      const next = await enter(place, segment);
      await place.handle.close();
      place = next;
    }
    await replaceFile(place.path, file, content, signal);
  } finally {
    await place.handle.close();
  }
}

/**
 * A directory that is held open, with a path to it that no rename can redirect (if the system provides such a path).
 */
interface Place {
  readonly handle: FileHandle;
  readonly path: string;
}

function placeOf(handle: FileHandle, path: string): Place {
  return { handle, path: process.platform === "linux" ? `/proc/self/fd/${handle.fd}` : path };
}

async function openSpool(directory: string): Promise<Place> {
  try {
    // the spool directory itself may be a link that the operator made
    return placeOf(await open(directory, constants.O_RDONLY | constants.O_DIRECTORY), directory);
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new Refusal("the spool directory does not exist");
    throw error;
  }
}

async function enter(parent: Place, name: string): Promise<Place> {
  const path = `${parent.path}/${name}`;
  try {
    await mkdir(path, 0o700);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  }
  try {
    return placeOf(await open(path, directoryFlags), path);
  } catch (error) {
    if (hasCode(error, "ELOOP", "ENOTDIR")) throw new Refusal("the file name leads through a link or a file");
    throw error;
  }
}

async function replaceFile(directory: string, name: string, content: string, signal: AbortSignal): Promise<void> {
  const target = `${directory}/${name}`;
  const existing = await lstat(target).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (existing && !existing.isFile()) throw new Refusal("the file name belongs to a link or a directory");
  const temporary = `${directory}/.${randomUUID()}.tmp`;
  const handle = await open(temporary, newFileFlags, 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
    signal.throwIfAborted();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? "");
}
