import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

/** A PostgreSQL server for tests only. */
export interface TestPostgres {
  /** URL of the database `postgres`; its user may create other databases. */
  readonly url: string;
  /** Kills the postmaster with SIGKILL, as a crash would: connections are not closed first. Its files stay. */
  kill(): Promise<void>;
  /**
   * Stops the server like an administrator would, even if clients are connected: `fast` rolls back running
   * transactions, `immediate` leaves that to the next start. Its files stay.
   */
  shutDown(mode: "fast" | "immediate"): Promise<void>;
  /** Starts the server again on its files. */
  restart(): Promise<void>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** The reason why no database can be started. */
export interface NoPostgres {
  readonly skip: string;
}

/**
 * Starts an empty PostgreSQL server from the installed binaries, on a Unix socket in a temporary directory.
 * `durable` leaves fsync on, for measurements.
 */
export async function startPostgres({ durable = false } = {}): Promise<TestPostgres | NoPostgres> {
  const initdb = findBinary("initdb");
  const postgres = findBinary("postgres");
  if (initdb === undefined || postgres === undefined) return { skip: "PostgreSQL (initdb, postgres) is not installed" };
  const user = unprivilegedUser();
  if (user === undefined) return { skip: "PostgreSQL does not run as root, and there is no user postgres or nobody" };

  const directory = mkdtempSync(join(tmpdir(), "bookend-pg-"));
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid);
  const data = join(directory, "data");
  const options = { cwd: directory, env: { PATH: process.env.PATH, LC_ALL: "C" }, ...user };
  let server: ChildProcess | undefined;
  let start: () => Promise<void>;
  const clean = () => {
    server?.kill("SIGQUIT");
    rmSync(directory, { recursive: true, force: true });
  };
  process.once("exit", clean);
  try {
    const args = ["-D", data, "-U", "bookend", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
    await promisify(execFile)(initdb, args, options);
    const settings = [`unix_socket_directories=${directory}`, "listen_addresses=", "max_connections=200"];
    if (!durable) settings.push("fsync=off");
    start = async () => {
      server = spawn(postgres, ["-D", data, ...settings.flatMap((setting) => ["-c", setting])], {
        ...options,
        stdio: ["ignore", "ignore", "pipe"],
      });
      await ready(server);
    };
    await start();
  } catch (error) {
    process.off("exit", clean);
    clean();
    throw error;
  }
  /** Sends the server a signal, and resolves when it has exited. */
  const end = async (signal: NodeJS.Signals) => {
    const running = server;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, "exit");
    running.kill(signal);
    await exited;
  };
  return {
    url: `postgres:///postgres?host=${encodeURIComponent(directory)}&user=bookend`,
    kill: () => end("SIGKILL"),
    shutDown: (mode) => end(mode === "fast" ? "SIGINT" : "SIGQUIT"),
    async restart() {
      // the children of a killed postmaster keep its shared memory for a moment, during which a new one cannot start
      for (const end = Date.now() + 30_000; ; await setTimeout(50)) {
        try {
          await start();
          return;
        } catch (error) {
          if (Date.now() > end) throw error;
        }
      }
    },
    async stop() {
      process.off("exit", clean);
      await end("SIGINT");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function findBinary(name: string): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = listDirectory(debian).sort((a, b) => Number(b) - Number(a));
  const directories = [
    ...(process.env.PATH ?? "").split(delimiter),
    ...versions.map((version) => join(debian, version, "bin")),
  ];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the uid and gid to switch to. An empty object if this process does not run as root; undefined if there is no
 * such user.
 */
function unprivilegedUser(): { uid: number; gid: number } | { uid?: never; gid?: never } | undefined {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const found = ["postgres", "nobody"].map((name) => users.find((user) => user[0] === name)).find(Boolean);
  return found === undefined ? undefined : { uid: Number(found[2]), gid: Number(found[3]) };
}

/** Resolves when the server accepts connections. Keeps reading its log, so that the server never blocks. */
function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const log: string[] = [];
    if (server.stderr === null) throw new Error("The server's log is not piped.");
    createInterface(server.stderr).on("line", (line) => {
      if (log.length < 100) log.push(line);
      if (line.includes("ready to accept connections")) resolve();
    });
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`postgres ended with ${code}:\n${log.join("\n")}`)));
  });
}
