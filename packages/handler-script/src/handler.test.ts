import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BindingInvalidError, createBookend, createCall, memoryBindings } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { bind, record, scriptDirectory, watchedLogger } from "../test/scripts.js";
import { script } from "./index.js";

const everything = { serial: "1", user: "1", realm: "1", logged_in_user: "1", logged_in_role: "1" };

describe("a script", () => {
  it("receives the chosen facts as arguments and as JSON, and finds only PATH and LANG", async () => {
    const { path, recorded } = await scriptDirectory({ record });
    const { call } = await bind(path, "record", { background: "wait", ...everything });
    await call({
      request: { parameters: { serial: "HOTP1" }, user: { login: "alice", realm: "r1" } },
      actor: { username: "root", realm: "", role: "admin" },
    });
    const { args, input, env, cwd } = await recorded();
    const actor = ["--logged_in_user", "root@none", "--logged_in_role", "admin"];
    expect(args).toEqual(["--serial", "HOTP1", "--user", "alice", "--realm", "r1", ...actor]);
    expect(input).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(input)).toEqual({
      serial: "HOTP1",
      user: "alice",
      realm: "r1",
      logged_in_user: { username: "root", realm: null },
      logged_in_role: "admin",
    });
    expect(Object.keys(env).sort()).toEqual(["LANG", "PATH"]);
    expect(cwd).toBe(path);
  });

  it("receives null in JSON for missing facts, and no facts that were not chosen", async () => {
    const { path, recorded } = await scriptDirectory({ record });
    await (await bind(path, "record", { background: "wait", ...everything })).call();
    const none = { serial: null, user: null, realm: null, logged_in_user: null, logged_in_role: null };
    expect(JSON.parse((await recorded()).input)).toEqual(none);
    await (await bind(path, "record", { background: "wait", realm: false })).call({
      request: { user: { login: "alice", realm: "r1" } },
    });
    expect(await recorded()).toMatchObject({ args: [], input: "{}\n" });
  });

  it.each([
    ["--help", ["--user=--help"]],
    ["-x", ["--user=-x"]],
    ["$(id)", ["--user", "$(id)"]],
    ["`id`; 'a \"b\n", ["--user", "`id`; 'a \"b\n"]],
    ["ü --serial 1", ["--user", "ü --serial 1"]],
  ])("receives the user %j as data", async (login, args) => {
    const { path, recorded } = await scriptDirectory({ record });
    const { call } = await bind(path, "record", { background: "wait", user: "True" });
    await call({ request: { user: { login, realm: "r1" } } });
    const seen = await recorded();
    expect(seen.args).toEqual(args);
    expect(JSON.parse(seen.input)).toEqual({ user: login });
  });

  it("receives realms and admins that begin with a dash as data", async () => {
    const { path, recorded } = await scriptDirectory({ record });
    const { call } = await bind(path, "record", { background: "wait", realm: 1, logged_in_user: 1, serial: 1 });
    await call({
      request: { parameters: { serial: "-s" }, user: { login: "a", realm: "-r" } },
      actor: { username: "--x", realm: "y", role: "operator" },
    });
    expect((await recorded()).args).toEqual(["--serial=-s", "--realm=-r", "--logged_in_user=--x@y"]);
  });

  it("is not run if a value contains a NUL character", async () => {
    const { path, recorded } = await scriptDirectory({ record });
    const { call, audit } = await bind(path, "record", { background: "background", user: 1 });
    await call({ request: { user: { login: "a\0b", realm: "r1" } } });
    expect(audit.entries[0]).toMatchObject({
      outcome: "failed",
      reason: expect.stringMatching(/^was not run: .*user/),
    });
    expect(await recorded()).toBeUndefined();
  });

  it("has the environment that the host adds", async () => {
    const { path, recorded } = await scriptDirectory({ record });
    const environment = { LANG: "C", BACKEND: "b" };
    await (await bind(path, "record", { background: "wait" }, { host: { environment } })).call();
    const { env } = await recorded();
    expect(env).toEqual({ PATH: expect.stringContaining("/usr/bin"), LANG: "C", BACKEND: "b" });
  });

  it("starts after the call's changes are committed, and not at all if they cannot be", async () => {
    const { path } = await scriptDirectory({ look: "#!/bin/sh\ncat committed >seen\n" });
    const commit = ({ id }: { id: string }) => writeFile(join(path, "committed"), id);
    const options = { background: "wait", sync_to_database: "True" };
    await (await bind(path, "look", options, { host: { commit } })).call({ id: "call-1" });
    expect(await readFile(join(path, "seen"), "utf8")).toBe("call-1");
    const fails = () => Promise.reject(new TypeError("no"));
    const { call, audit } = await bind(path, "look", options, { host: { commit: fails } });
    await writeFile(join(path, "committed"), "call-2");
    await call();
    expect(audit.entries[0]).toMatchObject({ outcome: "fault", reason: "TypeError UNKNOWN" });
    expect(await readFile(join(path, "seen"), "utf8")).toBe("call-1");
  });
});

describe("the audit entry", () => {
  const says = "#!/bin/sh\nprintf '\\n  \\033[31mno \\342\\200\\256credit\\tleft \\nmore\\n' >&2\nexit 3\n";
  const stderr = "\\u{1b}[31mno \\u{202e}credit\\u{9}left";

  it("has the exit code and the first line of standard error, printable", async () => {
    const { path } = await scriptDirectory({ says, quiet: "#!/bin/sh\n", crash: "#!/bin/sh\nkill -ABRT $$\n" });
    const run = async (name: string, host = {}) => {
      const { call, audit } = await bind(path, name, { background: "wait" }, { host });
      await call();
      return audit.entries[0];
    };
    const code3 = { outcome: "failed", reason: "ended with exit code 3" };
    expect(await run("says")).toMatchObject({ ...code3, details: { exit_code: 3, stderr } });
    expect(await run("says", { maxOutputBytes: 13 })).toMatchObject({ details: { stderr: "\\u{1b}[31mno" } });
    expect(await run("quiet")).toMatchObject({ outcome: "done", details: { exit_code: 0 } });
    expect((await run("quiet"))?.details).not.toHaveProperty("stderr");
    const crashed = { reason: "was ended by SIGABRT", details: { signal: "SIGABRT" } };
    expect(await run("crash")).toMatchObject({ outcome: "failed", ...crashed });
  });

  it("reports that a background script was started; its failure goes to the logger", async () => {
    const { path } = await scriptDirectory({ says });
    const { logger, warned } = watchedLogger();
    const { call, audit } = await bind(path, "says", { background: "background" }, { bookend: { logger } });
    await call({ id: "call-1" });
    expect(audit.entries).toMatchObject([{ outcome: "done", details: { script: "started" } }]);
    const failure = { script: "says", reason: "ended with exit code 3", exit_code: 3, stderr };
    expect(await warned(1)).toMatchObject([{ callId: "call-1", event: "call", bindingId: 1, ...failure }]);
  });

  // from apps/demo/test/fixtures/public-reports.json: U3, and similar cases
  it.each(["wait", "background"])(
    "reports that a script could not be started, whether or not the call waits for it: background is %s",
    async (background) => {
      const { path } = await scriptDirectory({
        broken: "#!/no/such/interpreter\n",
        windows: "#!/bin/sh\r\nexit 0\r\n",
        record,
      });
      const windows = await bind(path, "windows", { background });
      await windows.call();
      expect(windows.audit.entries).toMatchObject([
        { outcome: "failed", reason: expect.stringMatching(/^did not start: its interpreter was not found: .*CRLF/) },
      ]);
      const { call, audit } = await bind(path, "broken", { background });
      await call();
      expect(audit.entries).toMatchObject([
        { outcome: "failed", reason: 'did not start: its interpreter "/no/such/interpreter" was not found' },
      ]);
      const long = await bind(path, "record", { background, user: 1 });
      await long.call({ request: { user: { login: "x".repeat(3_000_000), realm: "r" } } });
      expect(long.audit.entries).toMatchObject([{ outcome: "failed", reason: "did not start: E2BIG" }]);
    },
  );
});

describe("raise_error", () => {
  const options = { background: "wait", raise_error: "1" };

  it("aborts the call before the API runs; the audit log has details that the caller does not receive", async () => {
    const { path } = await scriptDirectory({ no: "#!/bin/sh\necho password expired >&2\nexit 1\n" });
    let ran = false;
    const { bookend, audit } = await bind(path, "no", options, { binding: { position: "pre", abortOnError: false } });
    const handled = bookend.handle(createCall({ event: "call" }), () => {
      ran = true;
      return { status: 200, body: {} };
    });
    await expect(handled).rejects.toMatchObject({
      code: "CALL_ABORTED",
      status: 500,
      message: "The call was aborted: script no: ended with exit code 1.",
    });
    expect(ran).toBe(false);
    expect(audit.entries).toMatchObject([{ outcome: "failed", details: { exit_code: 1, stderr: "password expired" } }]);
  });

  it("aborts the call if a script is not run, or cannot receive a value", async () => {
    const { path } = await scriptDirectory({ yes: "#!/bin/sh\n" });
    const { call } = await bind(path, "yes", { ...options, user: 1 });
    await call();
    await expect(call({ request: { user: { login: "\0", realm: "" } } })).rejects.toMatchObject({
      code: "CALL_ABORTED",
    });
    await chmod(join(path, "yes"), 0o777);
    const message = "The call was aborted: script yes: was not run: others may write to it.";
    await expect(call()).rejects.toMatchObject({ code: "CALL_ABORTED", message });
  });

  it("lets the call continue if it is false, or if the script runs in the background", async () => {
    const { path } = await scriptDirectory({ no: "#!/bin/sh\nexit 1\n" });
    const { logger, warned } = watchedLogger();
    for (const given of [{ background: "wait" }, { ...options, background: "background" }]) {
      const { call } = await bind(path, "no", given, { bookend: { logger } });
      expect(await call()).toMatchObject({ status: 200 });
    }
    await warned(2);
    const { call, audit } = await bind(path, "no", { ...options, background: "background" });
    await chmod(join(path, "no"), 0o777);
    expect(await call()).toMatchObject({ status: 200 });
    expect(audit.entries).toMatchObject([{ outcome: "failed" }]);
  });
});

describe("saving", () => {
  it.each([
    [{}, "background", /background, wait/],
    [{ background: "later" }, "background", /background, wait/],
    [{ background: "wait", user: "perhaps" }, "user", /true, false/],
    [
      { background: "wait", sync_to_database: "True" },
      "sync_to_database",
      /false .* because this server cannot commit/,
    ],
    [{ background: "wait", shell: "1" }, "shell", /does not exist/],
  ])("refuses %j", async (options, field, message) => {
    const { path } = await scriptDirectory({ yes: "#!/bin/sh\n" });
    const error: BindingInvalidError = await bind(path, "yes", options).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error.problems).toMatchObject([{ field: `options.${field}`, message: expect.stringMatching(message) }]);
  });

  it("accepts sync_to_database if it is false, and warns about raise_error in the background", async () => {
    const { path } = await scriptDirectory({ yes: "#!/bin/sh\n" });
    const bookend = createBookend({ handlers: [script({ directory: path })], bindings: memoryBindings() });
    const check = (options: Record<string, string>) =>
      bookend.check({ name: "b", events: ["call"], handler: "Script", action: "yes", options });
    expect(await check({ background: "wait", sync_to_database: "False", raise_error: "True" })).toEqual([]);
    expect(await check({ background: "background", raise_error: "True" })).toMatchObject([
      { severity: "warning", field: "options.raise_error" },
    ]);
  });
});

it.each([{ timeoutMs: 0 }, { concurrency: 1.5 }, { maxOutputBytes: 65_537 }, { killAfterMs: Number.NaN }])(
  "script() refuses an option of the host that is out of range: %j",
  (options) => {
    const name = Object.keys(options)[0] ?? "";
    expect(() => script(options)).toThrowError(
      expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringContaining(name) }),
    );
  },
);
