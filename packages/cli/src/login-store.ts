import { chmod, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CliError } from "./cli-error.js";
import { type Io, variable } from "./io.js";
import { visible } from "./output/table.js";
import { isRecord } from "./target/transport.js";

/** The stored login at a server. */
export interface Login {
  readonly token: string;
  /** File with additional trusted certificates. */
  readonly ca?: string | undefined;
}

/** The stored logins of the user who runs the command. */
export interface Logins {
  /** URL of the server that commands use by default. */
  readonly current?: string | undefined;
  readonly servers: Readonly<Record<string, Login>>;
}

/** Returns the path of the file with logins, below `XDG_CONFIG_HOME` or `~/.config`. */
export function loginFile(io: Pick<Io, "env">): string {
  const config = variable(io, "XDG_CONFIG_HOME");
  // the XDG specification requires relative paths to be ignored
  if (config?.startsWith("/")) return join(config, "bookend", "logins.json");
  return join(variable(io, "HOME") ?? "/nonexistent", ".config", "bookend", "logins.json");
}

/**
 * Reads the stored logins. Empty if there is no file.
 *
 * @throws {CliError} if the file cannot be read, or does not contain logins
 */
export async function readLogins(io: Pick<Io, "env" | "stderr">): Promise<Logins> {
  const file = loginFile(io);
  let text: string;
  try {
    text = await readFile(file, "utf8");
    if (((await stat(file)).mode & 0o077) !== 0) {
      io.stderr.write(`Warning: other users can read your logins. Fix it with: chmod 600 ${visible(file)}\n`);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return { servers: {} };
    throw new CliError("failed", `The logins cannot be read: ${message}.`);
  }
  try {
    const { current, servers } = JSON.parse(text) as Partial<Logins>;
    if (isRecord(servers) && Object.values(servers).every(isLogin)) {
      return { servers, ...(typeof current === "string" && { current }) };
    }
  } catch {
    // reported below
  }
  throw new CliError("failed", `${file} does not contain logins. Delete it and log in again with: bookend login`);
}

function isLogin(value: unknown): value is Login {
  if (!isRecord(value)) return false;
  return typeof value.token === "string" && (value.ca === undefined || typeof value.ca === "string");
}

/** Stores the logins in a file that nobody else can read, and returns the path of the file. */
export async function writeLogins(io: Pick<Io, "env">, logins: Logins): Promise<string> {
  const file = loginFile(io);
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // replaced atomically, and never readable by others
    const temporary = `${file}.${process.pid}`;
    await writeFile(temporary, `${JSON.stringify(logins, undefined, 2)}\n`, { mode: 0o600 });
    await chmod(temporary, 0o600);
    await rename(temporary, file);
  } catch (error) {
    throw new CliError("failed", `The login cannot be stored: ${(error as Error).message}.`);
  }
  return file;
}
