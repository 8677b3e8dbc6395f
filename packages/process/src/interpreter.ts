import { type FileHandle, open } from "node:fs/promises";

/** Number of bytes at the start of a file in which Linux looks for the interpreter. */
const headBytes = 256;

/**
 * Explains why the interpreter in the first line of a script cannot be found, if the file itself shows it: Windows line
 * endings (the carriage return becomes part of the name or of its last argument) or a byte order mark. Otherwise
 * undefined.
 */
export async function interpreterFault(path: string): Promise<string | undefined> {
  const head = await headOf(path);
  if (/^\u{feff}#!/u.test(head)) return "its interpreter was not found: the file begins with a byte order mark";
  if (/^#![^\n]*\r\n/.test(head)) {
    return "its interpreter was not found: the file has CRLF (Windows) line endings, but must have LF";
  }
  return undefined;
}

/** Returns the interpreter that is missing if the operating system reports `ENOENT` for an existing script. */
export async function missingInterpreter(path: string): Promise<string> {
  const named = /^#!\s*([^\n]*)/.exec(await headOf(path))?.[1]?.trimEnd();
  return named ? `its interpreter ${JSON.stringify(named)} was not found` : "its interpreter was not found";
}

/** Returns the beginning of a file; empty if this process may execute but not read it. */
async function headOf(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } catch {
    return "";
  } finally {
    await file?.close();
  }
}
