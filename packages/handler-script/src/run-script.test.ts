import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ActionContext,
  createBookend,
  createCall,
  type Handler,
  memoryAudit,
  memoryBindings,
} from "@bookend/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { bind, lifeline, scriptDirectory, watchedLogger } from "../test/scripts.js";
import { script } from "./index.js";

/** A script that ignores SIGTERM. Its child process ignores it as well. */
const stubborn = "#!/bin/sh\ntrap '' TERM\nexec 3>alive\nsleep 1000 &\necho ready >&3\nsleep 1000\n";

describe("a script that ignores SIGTERM", () => {
  it("is killed after the timeout, with its children", async () => {
    const { path } = await scriptDirectory({ stubborn });
    const { ended } = lifeline(join(path, "alive"));
    const host = { timeoutMs: 1_000, killAfterMs: 10 };
    const { call, audit } = await bind(path, "stubborn", { background: "wait" }, { host });
    await call();
    const reason = "was ended after 1000 ms";
    expect(audit.entries).toMatchObject([{ outcome: "failed", reason, details: { signal: "SIGKILL" } }]);
    await ended;
  });

  it("is also killed in the background", async () => {
    const { path } = await scriptDirectory({ stubborn });
    const { ended } = lifeline(join(path, "alive"));
    const { logger, warned } = watchedLogger();
    const host = { timeoutMs: 1_000, killAfterMs: 10 };
    const { call } = await bind(path, "stubborn", { background: "background" }, { host, bookend: { logger } });
    await call();
    expect(await warned(1)).toMatchObject([{ reason: "was ended after 1000 ms", signal: "SIGKILL" }]);
    await ended;
  });

  it("is killed when its action is aborted", async () => {
    const { path } = await scriptDirectory({ stubborn });
    const { ready, ended } = lifeline(join(path, "alive"));
    const controller = new AbortController();
    const handler = withSignal(script({ directory: path, killAfterMs: 10 }), "stubborn", controller.signal);
    const audit = memoryAudit();
    const bookend = createBookend({ handlers: [handler], bindings: memoryBindings(), audit });
    const options = { background: "wait" };
    await bookend.bindings.add({ name: "b", events: ["call"], handler: "Script", action: "stubborn", options });
    const handled = bookend.handle(createCall({ event: "call" }), () => ({ status: 200, body: {} }));
    await ready;
    controller.abort();
    await handled;
    expect(audit.entries).toMatchObject([{ outcome: "failed", reason: "was ended because its action was aborted" }]);
    await ended;
    // the signal of the next action is already aborted when it begins
    await bookend.handle(createCall({ event: "call" }), () => ({ status: 200, body: {} }));
    expect(audit.entries[1]).toMatchObject({ outcome: "fault", reason: "AbortError UNKNOWN" });
  });
});

/** Returns the handler with a different signal for one of its actions. */
function withSignal(handler: Handler, name: string, signal: AbortSignal): Handler {
  const action = handler.actions[name];
  if (!action) throw new Error(`${name} is not offered`);
  const run = (context: ActionContext<unknown>) => action.run({ ...context, signal });
  return { ...handler, actions: { [name]: { ...action, run } } };
}

describe("the end of a script", () => {
  it("may take some time after SIGTERM, but the script does not count as a success, even with exit code 0", async () => {
    const { path } = await scriptDirectory({
      tidy: "#!/bin/sh\ntrap 'echo tidy >tidied; exit 0' TERM\nsleep 1000 &\nwait\n",
    });
    const host = { timeoutMs: 1_000, killAfterMs: 60_000 };
    const { call, audit } = await bind(path, "tidy", { background: "wait" }, { host });
    await call();
    expect(audit.entries).toMatchObject([{ outcome: "failed", details: { exit_code: 0 } }]);
    expect(await readFile(join(path, "tidied"), "utf8")).toBe("tidy\n");
  });

  it("also ends the processes that the script left running", async () => {
    const { path } = await scriptDirectory({ leaves: "#!/bin/sh\nexec 3>alive\nsleep 1000 &\nexit 0\n" });
    const { ended } = lifeline(join(path, "alive"));
    const { call, audit } = await bind(path, "leaves", { background: "wait" });
    await call();
    expect(audit.entries).toMatchObject([{ outcome: "done", details: { exit_code: 0 } }]);
    await ended;
  });

  it("does not wait for a daemon that keeps its standard error open", async () => {
    const daemon = `setsid sh -c 'echo $$ >daemon; exec sleep 1000' &\nuntil [ -s daemon ]; do :; done`;
    const { path } = await scriptDirectory({ leaves: `#!/bin/sh\n${daemon}\necho said >&2\nexit 3\n` });
    onTestFinished(async () => {
      process.kill(Number(await readFile(join(path, "daemon"), "utf8")));
    });
    const { call, audit } = await bind(path, "leaves", { background: "wait" });
    await call();
    expect(audit.entries).toMatchObject([{ outcome: "failed", details: { exit_code: 3, stderr: "said" } }]);
  });
});

describe("a script", () => {
  it("that prints 2 GB does not increase memory usage", { timeout: 60_000 }, async () => {
    const much = "head -c 1000000000 /dev/zero";
    const { path } = await scriptDirectory({ loud: `#!/bin/sh\n${much}\n${much} >&2\nexit 3\n` });
    const { call, audit } = await bind(path, "loud", { background: "wait" });
    const before = process.memoryUsage().rss;
    await call();
    expect(audit.entries).toMatchObject([{ outcome: "failed", details: { exit_code: 3 } }]);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it("does not have to read its input", async () => {
    const { path } = await scriptDirectory({ deaf: "#!/bin/sh\nexec true\n" });
    const { call, audit } = await bind(path, "deaf", { background: "wait", serial: 1, user: 1, realm: 1 });
    const long = "x".repeat(120_000);
    await call({ request: { parameters: { serial: long }, user: { login: long, realm: long } } });
    expect(audit.entries).toMatchObject([{ outcome: "done", details: { exit_code: 0 } }]);
  });
});
