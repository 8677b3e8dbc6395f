import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { resolve, sep } from "node:path";

/** The error for a file that {@link readRegularFile} refuses to read. */
export class FileRefused extends Error {}

/** Options of {@link readRegularFile}. */
export interface RegularFileOptions {
  /** Directory that must contain the file after links have been resolved. Default: any directory. */
  readonly directory?: string | undefined;
  /** Maximum size in bytes. */
  readonly maxSize: number;
  /** The version that the caller already has. The file is not read if it still has this version. */
  readonly known?: string | undefined;
}

/**
 * Reads a regular file. Other files are refused, since a FIFO could block the reader and a device may never end. A
 * relative name is relative to the directory.
 *
 * @returns the version of the file, and its content: undefined if the file still has the version `known`
 * @throws {FileRefused} if the file is outside the directory, not a regular file, or too large
 */
export async function readRegularFile(
  name: string,
  { directory, maxSize, known }: RegularFileOptions,
): Promise<{ readonly version: string; readonly content: Buffer | undefined }> {
  const path = await realpath(directory === undefined ? name : resolve(directory, name));
  if (directory !== undefined && !path.startsWith((await realpath(directory)).replace(/\/*$/, sep))) {
    throw new FileRefused("it is not below the directory that is configured for such files");
  }
  // without O_NONBLOCK, opening a FIFO waits for its writer
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    // files in /proc and /sys are refused, since they do not report the size of their content
    if (!stats.isFile() || path.startsWith("/proc/") || path.startsWith("/sys/")) {
      throw new FileRefused("it is not a regular file");
    }
    if (stats.size > maxSize) throw new FileRefused(`it is larger than ${maxSize} bytes`);
    const version = `${stats.mtimeMs} ${stats.size} ${stats.ino} ${stats.dev}`;
    if (version === known) return { version, content: undefined };
    const content = Buffer.alloc(stats.size);
    const { bytesRead } = await file.read(content, 0, stats.size, 0);
    return { version, content: content.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}
