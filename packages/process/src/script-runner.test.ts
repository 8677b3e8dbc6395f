import { execFileSync } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lifeline, runner, scriptDirectory } from "../test/scripts.js";
import { createScriptRunner, ProcessError } from "./index.js";

describe("a script", () => {
  it("runs without a shell, and receives its arguments, its input and a minimal environment", async () => {
    const directory = await scriptDirectory({
      tell: '#!/bin/sh\nprintf "%s|" "$@" >out\ncat >>out\nenv | sort >env\n',
    });
    const run = runner(directory, { environment: { BACKEND: "b" } });
    const end = await run("tell", { args: ["$(id)", "--x"], input: "text" });
    expect(end).toEqual({ exitCode: 0, signal: null, stderr: "" });
    expect(await readFile(join(directory, "out"), "utf8")).toBe("$(id)|--x|text");
    const names = (await readFile(join(directory, "env"), "utf8")).split("\n").map((line) => line.split("=")[0]);
    expect(names.filter((name) => name && !["PWD", "_", "SHLVL", "OLDPWD"].includes(name))).toEqual([
      "BACKEND",
      "LANG",
      "PATH",
    ]);
  });

  it("is reported immediately if it fails, even if a child holds its standard error open", async () => {
    const directory = await scriptDirectory({
      fails: "#!/bin/sh\nexec 3>alive\n(trap '' TERM; sleep 1000) &\necho no credit >&2\nexit 3\n",
    });
    const { ended } = lifeline(join(directory, "alive"));
    const end = await runner(directory)("fails");
    expect(end).toMatchObject({ exitCode: 3, failure: "exit", reason: "ended with exit code 3", stderr: "no credit" });
    await ended;
  });

  it("is killed with its children if it ignores TERM after the timeout; only then does the next script start", async () => {
    const directory = await scriptDirectory({
      stubborn: "#!/bin/sh\ntrap '' TERM\nexec 3>alive\nsleep 1000 &\nsleep 1000\n",
      after: "#!/bin/sh\n",
    });
    const { ended } = lifeline(join(directory, "alive"));
    const run = runner(directory, { timeoutMs: 300, killAfterMs: 300, concurrency: 1 });
    const order: string[] = [];
    const first = run("stubborn").then((end) => order.push(end.failure ?? "done"));
    const second = run("after").then((end) => order.push(end.failure ?? "done"));
    await Promise.all([first, second, ended]);
    expect(order).toEqual(["timeout", "done"]);
  });

  it("is ended when its signal aborts; the next script starts only when it has ended", async () => {
    const directory = await scriptDirectory({
      stubborn: "#!/bin/sh\ntrap '' TERM\nexec 3>alive\necho ready >&3\nsleep 1000\n",
      after: "#!/bin/sh\n",
    });
    const { ready } = lifeline(join(directory, "alive"));
    const run = runner(directory, { killAfterMs: 50, concurrency: 1 });
    const controller = new AbortController();
    const order: string[] = [];
    const first = run("stubborn", { signal: controller.signal }).then((end) => order.push(`${end.failure}`));
    const second = run("after").then((end) => order.push(end.failure ?? "done"));
    await ready;
    controller.abort();
    await Promise.all([first, second]);
    expect(order).toEqual(["aborted", "done"]);
  });
});

describe("a script that cannot be started", () => {
  const utf8 = (text: string) => Buffer.from(text);
  it.each([
    ["CRLF line endings", utf8("#!/bin/sh\r\necho\r\n"), /interpreter was not found: .*CRLF/],
    ["CRLF after env", utf8("#!/usr/bin/env sh\r\necho\r\n"), /interpreter was not found: .*CRLF/],
    ["CRLF after an argument", utf8("#!/bin/sh -e\r\necho\r\n"), /interpreter was not found: .*CRLF/],
    ["CR line endings", utf8("#!/bin/sh\recho\r"), /interpreter "\/bin\/sh\\recho" was not found/],
    ["a byte order mark", utf8("\u{feff}#!/bin/sh\necho\n"), /interpreter was not found: .*byte order mark/],
    ["a missing interpreter", utf8("#! /no/such/shell -e\n"), /interpreter "\/no\/such\/shell -e" was not found/],
    ["an interpreter that is a directory", utf8("#!/tmp\n"), /EACCES/],
  ])("reports %s", async (_, source, message) => {
    const directory = await scriptDirectory({ broken: source });
    await expect(runner(directory)("broken")).rejects.toMatchObject({
      name: "ProcessError",
      code: "NOT_STARTED",
      message: expect.stringMatching(message),
    });
  });

  it("reports an argument that is too long or contains NUL", async () => {
    const directory = await scriptDirectory({ fine: "#!/bin/sh\n" });
    const run = runner(directory);
    await expect(run("fine", { args: ["x".repeat(3_000_000)] })).rejects.toMatchObject({
      code: "NOT_STARTED",
      message: "did not start: E2BIG",
    });
    await expect(run("fine", { args: ["a\0b"] })).rejects.toMatchObject({ code: "NOT_STARTED" });
    expect(await run("fine")).toMatchObject({ exitCode: 0 });
  });

  it("reports that the script is no longer safe", async () => {
    const directory = await scriptDirectory({ fine: "#!/bin/sh\n" });
    const run = runner(directory);
    await chmod(join(directory, "fine"), 0o777);
    await expect(run("fine")).rejects.toMatchObject({
      code: "SCRIPT_REFUSED",
      message: "was not run: others may write to it",
    });
    await expect(run("absent")).rejects.toMatchObject({
      code: "SCRIPT_REFUSED",
      message: "was not run: it does not exist",
    });
  });
});

describe("the queue", () => {
  /** Creates a directory with the script `gated`, which ends when `open` opens the gate that its argument names. */
  async function gates(...names: string[]) {
    const directory = await scriptDirectory({ gated: '#!/bin/sh\ncat "$1" >/dev/null\n' });
    for (const name of names) execFileSync("mkfifo", [join(directory, name)]);
    return { directory, open: (name: string) => writeFile(join(directory, name), "") };
  }

  it("is limited, and scripts leave it when their signal aborts or their deadline passes", async () => {
    const { directory, open } = await gates("a", "b");
    const run = runner(directory, { concurrency: 1, maxWaiting: 2 });
    const said: string[] = [];
    const first = run("gated", { args: ["a"], onQueued: () => said.push("a queued") });
    const controller = new AbortController();
    const waiting = { args: ["b"], onQueued: () => said.push("queued"), onStart: () => said.push("started") };
    const leaves = run("gated", { ...waiting, signal: controller.signal });
    const late = run("gated", { ...waiting, maxWaitMs: 20 });
    await expect(run("gated", waiting)).rejects.toMatchObject({ code: "TOO_MANY_SCRIPTS" });
    controller.abort();
    await expect(leaves).rejects.toMatchObject({ code: "ABORTED" });
    await expect(late).rejects.toMatchObject({ code: "TOO_MANY_SCRIPTS", message: "too many scripts are running" });
    await expect(run("gated", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ABORTED" });
    const last = run("gated", waiting);
    await open("a");
    await first;
    await open("b");
    expect(await last).toMatchObject({ exitCode: 0 });
    expect(said).toEqual(["queued", "queued", "queued", "started"]);
  });

  it.each([{ timeoutMs: 0 }, { concurrency: 1.5 }, { maxOutputBytes: 65_537 }, { killAfterMs: Number.NaN }])(
    "is not created with %j",
    (options) => {
      const name = Object.keys(options)[0] as string;
      const create = () => createScriptRunner({ directory: "/", ...options });
      expect(create).toThrowError(ProcessError);
      expect(create).toThrowError(
        expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringContaining(name) }),
      );
    },
  );
});
