import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ScriptGatewayConfig, scriptGateway } from "./script-gateway.js";

/** Creates a script directory with these scripts, in JavaScript for the Node.js that runs the test. */
async function scripts(sources: Record<string, string>) {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "bookend-scripts-")));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, source] of Object.entries(sources)) {
    await writeFile(join(directory, name), `#!${process.execPath}\n${source}`, { mode: 0o700 });
  }
  const gateway = (script: string, config: Partial<ScriptGatewayConfig> = {}) =>
    scriptGateway({ kind: "script", script, ...config }, { directory });
  return { directory, gateway };
}

const recordScript = `
  const fs = require("node:fs");
  const input = fs.readFileSync(0, "utf8");
  fs.writeFileSync(__dirname + "/record.json", JSON.stringify({ args: process.argv.slice(2), input, env: process.env, cwd: process.cwd() }));
`;

describe("a script", () => {
  it("receives only the number as its argument and the text on standard input", async () => {
    const { directory, gateway } = await scripts({ "send.cjs": recordScript });
    process.env.BOOKEND_CANARY = "canary";
    onTestFinished(() => {
      delete process.env.BOOKEND_CANARY;
    });
    const text = "--help $(id) `id` 'ü' {phone}\n\0end";
    await gateway("send.cjs", { defaultCountry: "DE", rewrite: "/^\\+/00/" }).send({ to: "0561 11-11", text });
    const record = JSON.parse(await readFile(join(directory, "record.json"), "utf8"));
    expect(record).toMatchObject({ args: ["00495611111"], input: text, cwd: directory });
    expect(Object.keys(record.env).sort()).toEqual(["LANG", "PATH"]);
  });

  it.each(["--help", "-x", "1 2 --help", "$(id)", "1;id", "1\n2"])("is not run for the number %j", async (to) => {
    const { directory, gateway } = await scripts({ "send.cjs": recordScript });
    await expect(gateway("send.cjs").send({ to, text: "x" })).rejects.toMatchObject({ code: "INVALID_NUMBER" });
    await expect(readFile(join(directory, "record.json"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("that fails is reported with its exit code and the first line of standard error, without the text", async () => {
    const { gateway } = await scripts({
      "fails.cjs": 'process.stderr.write("no credit for canary\\nmore\\n", () => process.exit(3));',
      "crashes.cjs": 'process.kill(process.pid, "SIGABRT"); setInterval(() => {}, 1000);',
    });
    await expect(gateway("fails.cjs").send({ to: "+495611111", text: "canary" })).rejects.toMatchObject({
      code: "SCRIPT_FAILED",
      message: "fails.cjs: the script ended with exit code 3: no credit for ***.",
    });
    await expect(gateway("crashes.cjs").send({ to: "+495611111", text: "x" })).rejects.toMatchObject({
      message: "crashes.cjs: the script was ended by SIGABRT.",
    });
  });

  it("does not have to read its input", async () => {
    const { gateway } = await scripts({ "deaf.cjs": "process.exit(0);" });
    await gateway("deaf.cjs").send({ to: "+495611111", text: "x".repeat(1_000_000) });
  });

  it("that prints 300 MB does not increase memory use", async () => {
    const print = `const block = Buffer.alloc(1_000_000, "x"); for (let n = 0; n < 150; n++) for (const fd of [1, 2]) require("node:fs").writeSync(fd, block);`;
    const { gateway } = await scripts({ "loud.cjs": `${print} process.exit(1);` });
    const before = process.memoryUsage().rss;
    await expect(gateway("loud.cjs").send({ to: "+495611111", text: "y" })).rejects.toMatchObject({
      code: "SCRIPT_FAILED",
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it("that fails is reported immediately, even if a child holds its standard error open", async () => {
    const hold = 'require("node:child_process").spawn("sleep", ["1000"], { stdio: "inherit" });';
    const { gateway } = await scripts({
      "holds.cjs": `${hold} process.exitCode = 3; process.stdin.destroy(); process.exit();`,
    });
    await expect(gateway("holds.cjs").send({ to: "+495611111", text: "x" })).rejects.toMatchObject({
      code: "SCRIPT_FAILED",
    });
  });

  it("that cannot be started is reported as such", async () => {
    const { directory, gateway } = await scripts({});
    await writeFile(join(directory, "broken"), "#!/no/such/interpreter\n", { mode: 0o700 });
    await expect(gateway("broken").send({ to: "+495611111", text: "x" })).rejects.toMatchObject({
      code: "SCRIPT_FAILED",
      message: 'broken: the script did not start: its interpreter "/no/such/interpreter" was not found.',
    });
  });
});

describe("the end of a script", () => {
  /** Creates a script with two processes that ignore TERM and stay connected to the test until they end. */
  const stubborn = (port: number) => `
    process.on("SIGTERM", () => {});
    const { spawn } = require("node:child_process");
    if (!process.argv.includes("child")) spawn(process.execPath, [__filename, "child"], { stdio: "inherit" });
    require("node:net").connect(${port}, "127.0.0.1").resume();
  `;

  async function connections() {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.on("error", () => {})));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const both = async () => {
      while (sockets.length < 2) await once(server, "connection");
      return sockets;
    };
    return { port: (server.address() as AddressInfo).port, both };
  }

  it("comes after the time limit", async () => {
    const { gateway } = await scripts({ "hangs.cjs": "setInterval(() => {}, 1000);" });
    await expect(gateway("hangs.cjs", { timeoutMs: 50 }).send({ to: "+495611111", text: "x" })).rejects.toMatchObject({
      code: "TIMEOUT",
      message: "hangs.cjs: the script was ended after 50 ms.",
    });
  });

  it("comes at the deadline, which counts from submission; scripts that are still waiting then are not run", async () => {
    // ignores TERM, so that it still has its place at the deadline of the others
    const source =
      'process.on("SIGTERM", () => {}); require("node:fs").appendFileSync(__dirname + "/ran", "x"); setInterval(() => {}, 1000);';
    const { directory, gateway } = await scripts({ "hangs.cjs": source });
    const sender = gateway("hangs.cjs", { concurrency: 1, deadlineMs: 700, graceMs: 300 });
    const sent = await Promise.allSettled([1, 2, 3].map(() => sender.send({ to: "+495611111", text: "x" })));
    expect(sent.map((one) => one.status === "rejected" && one.reason.code)).toEqual(["TIMEOUT", "TIMEOUT", "TIMEOUT"]);
    expect(sent.slice(1)).toMatchObject([{ reason: { uncertain: false } }, { reason: { uncertain: false } }]);
    expect(sender.longestMs).toBe(1_000);
    expect(await readFile(join(directory, "ran"), "utf8").catch(() => "")).toMatch(/^x?$/);
  });

  it("comes with the caller's signal: TERM, then KILL, for its children as well", async () => {
    const { port, both } = await connections();
    const { gateway } = await scripts({ "stubborn.cjs": stubborn(port) });
    const controller = new AbortController();
    const sending = gateway("stubborn.cjs", { graceMs: 1 }).send({
      to: "+495611111",
      text: "x",
      signal: controller.signal,
    });
    const outcome = sending.catch((error: unknown) => error);
    const died = (await both()).map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    controller.abort();
    expect(await outcome).toMatchObject({ code: "ABORTED" });
    await Promise.all(died);
  });

  it("frees its place for the next script, since only a limited number run at a time", async () => {
    const source = `
      const fs = require("node:fs");
      fs.mkdirSync(__dirname + "/running"); // fails when another one is here
      fs.rmdirSync(__dirname + "/running");
    `;
    const { gateway } = await scripts({ "alone.cjs": source });
    const one = gateway("alone.cjs", { concurrency: 1 });
    await Promise.all(Array.from({ length: 5 }, () => one.send({ to: "+495611111", text: "x" })));
  });
});

describe("scripts that are refused", () => {
  it.each(["../send.cjs", "/bin/true", "sub/send.cjs", "..", ".", "", "-rf", ".hidden", "a\0b", "a b", "absent"])(
    "the name %j",
    async (name) => {
      const { directory, gateway } = await scripts({ "send.cjs": recordScript });
      await mkdir(join(directory, "sub"));
      await writeFile(join(directory, "sub/send.cjs"), "", { mode: 0o700 });
      expect(() => gateway(name)).toThrowError(
        expect.objectContaining({ code: expect.stringMatching(/^(SCRIPT_REFUSED|INVALID_CONFIG)$/) }),
      );
    },
  );

  it("a link to outside the directory, a directory, a file that is not executable or that others can write to", async () => {
    const { directory, gateway } = await scripts({
      good: recordScript,
      group: recordScript,
      world: recordScript,
      plain: recordScript,
    });
    await symlink("/bin/true", join(directory, "outside"));
    await symlink("good", join(directory, "inside"));
    await mkdir(join(directory, "sub"));
    await chmod(join(directory, "group"), 0o720);
    await chmod(join(directory, "world"), 0o702);
    await chmod(join(directory, "plain"), 0o600);
    for (const name of ["outside", "sub", "group", "world", "plain"]) {
      expect(() => gateway(name), name).toThrowError(expect.objectContaining({ code: "SCRIPT_REFUSED" }));
    }
    expect(gateway("inside").kind).toBe("script");
    const sender = gateway("good");
    await chmod(join(directory, "good"), 0o777);
    await expect(sender.send({ to: "+495611111", text: "x" })).rejects.toMatchObject({ code: "SCRIPT_REFUSED" });
    await chmod(join(directory, "good"), 0o700);
    await chmod(directory, 0o777);
    await expect(sender.send({ to: "+495611111", text: "x" })).rejects.toMatchObject({ code: "SCRIPT_REFUSED" });
  });
});
