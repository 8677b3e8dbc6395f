import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { resolve, sep } from "node:path";

/** Why a file is not read. */
export class FileRefused extends Error {}

/** The result of {@link readRegularFile}. */
export interface RegularFileOptions {
  /** The file must be in this directory or below it, links resolved. Default: anywhere. */
  readonly directory?: string | undefined;
  /** Bytes. */
  readonly maxSize: number;
  /** The version that the caller has; the file is not read again as long as it has this one. */
  readonly known?: string | undefined;
}

/**
 * Reads a regular file, and nothing else: a FIFO would keep the reader waiting, a device never end. A relative name is below the directory.
 *
 * @returns its content, undefined if `known` is its version
 * @throws {FileRefused} it is outside of the directory, no regular file, or too large
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
    // files of /proc say that they are empty
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
