import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { constants, openSync } from "node:fs";
import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BindingInput,
  type BookendOptions,
  type CallInput,
  createBookend,
  createCall,
  type Logger,
  memoryAudit,
  memoryBindings,
  silentLogger,
} from "@bookend/core";
import { onTestFinished } from "vitest";
import { type ScriptOptions, script } from "../src/index.js";

/** Writes `record.json` next to the script: its arguments, input, environment and working directory. */
export const record = `#!${process.execPath}
  const fs = require("node:fs");
  const input = fs.readFileSync(0, "utf8");
  const seen = { args: process.argv.slice(2), input, env: process.env, cwd: process.cwd() };
  fs.writeFileSync(__dirname + "/record.json", JSON.stringify(seen));
`;

/** Creates a script directory that is deleted after the test. */
export async function scriptDirectory(sources: Readonly<Record<string, string>>) {
  const path = await realpath(await mkdtemp(join(tmpdir(), "bookend-scripts-")));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  for (const [name, source] of Object.entries(sources)) {
    await writeFile(join(path, name), source);
    await chmod(join(path, name), 0o755);
  }
  return {
    path,
    /** Returns what the script `record` has written about its run; undefined if it did not run. */
    async recorded() {
      const text = await readFile(join(path, "record.json"), "utf8").catch(() => undefined);
      return text === undefined ? undefined : JSON.parse(text);
    },
  };
}

/** Options of a test for its host and its binding. */
export interface Setting {
  readonly host?: ScriptOptions;
  readonly bookend?: Partial<BookendOptions>;
  readonly binding?: Partial<BindingInput>;
}

/** Creates a host with one binding to a script of the directory. */
export async function bind(
  directory: string,
  action: string,
  options: Readonly<Record<string, unknown>>,
  { host, bookend: given, binding }: Setting = {},
) {
  const audit = memoryAudit();
  const handlers = [script({ directory, ...host })];
  const bookend = createBookend({ handlers, bindings: memoryBindings(), audit, ...given });
  await bookend.bindings.add({ name: "b", events: ["call"], handler: "Script", action, options, ...binding });
  return {
    audit,
    bookend,
    call: (input: Partial<CallInput> = {}) =>
      bookend.handle(createCall({ event: "call", ...input }), () => ({ status: 200, body: {} })),
  };
}

/** Creates a logger that keeps its warnings. */
export function watchedLogger() {
  const warnings: object[] = [];
  let tell = () => {};
  const logger: Logger = {
    ...silentLogger,
    warn: (fields) => {
      warnings.push(fields);
      tell();
    },
  };
  return {
    logger,
    async warned(count: number) {
      while (warnings.length < count) {
        await new Promise<void>((resolve) => {
          tell = resolve;
        });
      }
      return warnings;
    },
  };
}

/**
 * Creates a FIFO that tells when processes have ended: `ended` resolves when the script that opened it for writing and
 * all processes that inherited it have ended. `ready` resolves when something was written to it.
 */
export function lifeline(path: string) {
  execFileSync("mkfifo", [path]);
  const socket = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true });
  onTestFinished(() => void socket.destroy());
  return {
    ready: once(socket, "data"),
    ended: once(socket, "end"),
  };
}
