import { once } from "node:events";
import { stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { apiClient, asAdmin } from "./api-client.js";
import { runCommand, startCommand } from "./process.js";
import { temporaryDirectory } from "./test-server.js";

const ready = /ready at (http:\/\/127\.0\.0\.1:\d+)/;

async function startDemoProcess(env: Record<string, string>) {
  const command = startCommand(["bookend-demo"], { PORT: "0", ...env });
  const [, url = ""] = await command.waitFor(ready);
  return { ...command, url, api: apiClient(url) };
}

describe("bookend-demo", () => {
  it("prints its address, and keeps its data when it is restarted", async () => {
    const DATA_DIR = await temporaryDirectory();
    const first = await startDemoProcess({ DATA_DIR });
    expect(first.output()).toContain("admin, password bookend-demo");
    const before = await asAdmin(first.api);
    await before.call("POST", "/token/init", { type: "spass", serial: "KEPT1", pin: "1", user: "alice" });
    await before.call("POST", "/event/disable/1");
    await before.call("POST", "/smtpserver/mine", { server: "127.0.0.1", port: 2525, sender: "a@demo.example" });
    first.child.kill("SIGTERM");
    expect(await first.ended).toBe(0);

    const second = await startDemoProcess({ DATA_DIR });
    // a login survives a restart too, since the key that signs it is kept
    const after = apiClient(second.url, before.token);
    const tokens = (await after.call("GET", "/token/?serial=KEPT1")).body.result.value;
    expect(tokens).toMatchObject({ count: 1, tokens: [{ username: "alice" }] });
    expect((await after.call("GET", "/event/1")).body.result.value[0].active).toBe(false);
    const servers = (await after.call("GET", "/smtpserver/")).body.result.value;
    expect(Object.keys(servers)).toEqual(["demo", "mine"]);
    // the mail server and the SMS center have new ports, to which the stored settings were updated
    await second.api.call("POST", "/validate/check", { user: "carol", pass: "1234" });
    expect((await second.api.call("GET", "/demo/mails")).body).toHaveLength(1);
    await after.call("POST", "/token/setpin/PISM00000001", { otppin: "1" });
    expect((await second.api.call("GET", "/demo/sms")).body).toHaveLength(1);
    second.child.kill("SIGINT");
    expect(await second.ended).toBe(0);

    const verified = await runCommand(["bookend-reference", "audit", "verify", "--data-dir", DATA_DIR]);
    expect(verified).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^\d+ rows verified; all are unchanged/m),
    });
    for (const name of ["jwt.key", "encryption.key", "audit.pem", "outbox.key"]) {
      expect((await stat(join(DATA_DIR, "secrets", name))).mode & 0o777).toBe(0o600);
    }
  });

  it("reports that its port is in use, and does not disturb the process that uses it", async () => {
    const DATA_DIR = await temporaryDirectory();
    const first = await startDemoProcess({ DATA_DIR });
    const PORT = new URL(first.url).port;
    const second = await runCommand(["bookend-demo"], { DATA_DIR, PORT });
    expect(second.code).toBe(1);
    expect(second.output).toMatch(new RegExp(`Port ${PORT} of 127\\.0\\.0\\.1 is in use`));
    await first.api.call("POST", "/validate/check", { user: "carol", pass: "1234" });
    expect((await first.api.call("GET", "/demo/mails")).body).toHaveLength(1);
  });

  it("refuses invalid environment variables", async () => {
    const DATA_DIR = await temporaryDirectory();
    const file = join(DATA_DIR, "file");
    await writeFile(file, "");
    const refused: [Record<string, string>, string][] = [
      [{ PORT: "http" }, 'PORT: "http" is not valid. Allowed: a number from 0 to 65535.'],
      [{ HOST: "192.0.2.1" }, "This machine does not have the address 192.0.2.1."],
      // the labels of a host name have at most 63 characters
      [{ HOST: "x".repeat(64) }, `No address was found for "${"x".repeat(64)}"`],
      [{ DATA_DIR: file }, `secrets.encryptionKey: "${file}/secrets/encryption.key" cannot be read (ENOTDIR)`],
    ];
    for (const [env, message] of refused) {
      const { code, output } = await runCommand(["bookend-demo"], { DATA_DIR, PORT: "0", ...env });
      expect(code).toBe(1);
      expect(output).toContain(message);
      // there is no stack trace
      expect(output).not.toContain("    at ");
    }
  });

  it("completes running calls after SIGTERM, and accepts no others", async () => {
    const DATA_DIR = await temporaryDirectory();
    const demo = await startDemoProcess({ DATA_DIR });
    const admin = await asAdmin(demo.api);
    // a mail server that does not respond until the test allows it
    const slow = createServer();
    slow.listen(0, "127.0.0.1");
    await once(slow, "listening");
    onTestFinished(() => void slow.close());
    const port = (slow.address() as AddressInfo).port;
    await admin.call("POST", "/smtpserver/slow", { server: "127.0.0.1", port, sender: "a@demo.example" });
    await admin.call("POST", "/event", {
      name: "slow",
      event: "token_enable",
      handlermodule: "UserNotification",
      action: "sendmail",
      options: { emailconfig: "slow", To: "tokenowner", body: "x" },
    });
    const connected = once(slow, "connection");
    const running = admin.call("POST", "/token/enable/OATH00000001");
    const [socket] = (await connected) as [Socket];
    demo.child.kill("SIGTERM");
    await demo.waitFor(/"msg":"closing/);
    await expect(demo.api.call("GET", "/demo/mails")).rejects.toThrow();
    socket.end("421 not now\r\n");
    expect((await running).body.result).toMatchObject({ status: true });
    expect(await demo.ended).toBe(0);
  });
});

describe("bookend-reference serve", () => {
  it("runs with a configuration, with administrators from the command line", async () => {
    const directory = await temporaryDirectory();
    const config = join(directory, "config.yaml");
    await writeFile(config, "port: 0\ndataDirectory: data\nsecrets:\n  jwtKey: { env: JWT_KEY }\n");
    const JWT_KEY = Buffer.alloc(32, 7).toString("base64");

    expect(await runCommand(["bookend-reference", "serve", "--config", config, "--check"], { JWT_KEY })).toMatchObject({
      code: 0,
    });
    const unset = await runCommand(["bookend-reference", "serve", "--config", config, "--check"]);
    expect(unset).toMatchObject({ code: 1, output: expect.stringContaining("JWT_KEY is not set") });
    const add = (password: string) =>
      runCommand(["bookend-reference", "admin", "add", "root", "--config", config], { JWT_KEY }, `${password}\n`);
    expect(await add("s3cret")).toMatchObject({
      code: 1,
      output: expect.stringContaining("password: has 6 characters. Allowed: 12 to 128 characters."),
    });
    expect(await add("password1234")).toMatchObject({
      code: 1,
      output: expect.stringContaining("password: is a common password, a pattern, or a variation of one."),
    });
    const added = await add("s3cret-of-root");
    const strength = "root can log in. Strength of the password: 3 of 4.";
    expect(added).toMatchObject({ code: 0, output: expect.stringContaining(strength) });
    expect((await runCommand(["bookend-reference", "admin", "list", "--config", config], { JWT_KEY })).output).toBe(
      "root\n",
    );

    const server = startCommand(["bookend-reference", "serve", "--config", config], { JWT_KEY });
    const [, url = ""] = await server.waitFor(ready);
    const root = await apiClient(url).as("root", "s3cret-of-root");
    expect((await root.call("GET", "/token/")).body.result.value.count).toBe(0);
    // there are no demo data and no routes of the demo
    expect((await root.call("GET", "/demo/mails")).status).toBe(404);
    expect((await root.call("GET", "/event/")).body.result.value).toEqual([]);
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  });

  it("names each option that is wrong in a configuration", async () => {
    const config = join(await temporaryDirectory(), "config.json");
    await writeFile(
      config,
      JSON.stringify({ port: "x", nonsense: 1, secrets: { jwtKey: 5 }, trustedProxies: ["10/8"] }),
    );
    const { code, output } = await runCommand(["bookend-reference", "serve", "--config", config, "--check"]);
    expect(code).toBe(1);
    for (const field of ["port:", "dataDirectory:", "nonsense", "secrets.jwtKey:", "trustedProxies.0:"]) {
      expect(output).toContain(field);
    }
  });
});

describe("bookend-reference audit", () => {
  it("finds a changed row", async () => {
    const DATA_DIR = await temporaryDirectory();
    const demo = await startDemoProcess({ DATA_DIR });
    await asAdmin(demo.api);
    demo.child.kill("SIGTERM");
    await demo.ended;
    const { openDatabase, sql } = await import("@bookend/store-sql");
    const database = await openDatabase({ url: `sqlite:${join(DATA_DIR, "bookend.db")}` });
    await sql`update bookend_audit set administrator = 'nobody' where number = 1`.execute(database.db);
    await database.close();
    const { code, output } = await runCommand(["bookend-reference", "audit", "verify", "--data-dir", DATA_DIR]);
    expect(code).toBe(1);
    expect(output).toContain("Row 1 of writer 1 has been tampered with: changed.");
  });
});
