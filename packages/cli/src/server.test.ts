import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { generate } from "selfsigned";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWorkplace, type RunOptions, runCommand, type Workplace } from "../test/command-run.js";
import { startTestServer, type TestServer, tokens } from "../test/test-server.js";

const count = {
  name: "Count logins",
  events: ["auth"],
  handler: "Counter",
  action: "increase_counter",
  options: { counter_name: "logins" },
  conditions: { client_ip: "10.0.0.0/8" },
} as const;

let workplace: Workplace;
let server: TestServer;
beforeEach(async () => {
  workplace = await createWorkplace({ database: false });
  server = await startTestServer({ bindings: [count] });
});
afterEach(async () => {
  await server.close();
  await workplace.remove();
});

const run = (args: readonly string[], options: RunOptions = {}) =>
  runCommand(args, workplace.directory, { ...options, env: { BOOKEND_TOKEN: tokens.admin, ...options.env } });

describe("a server", () => {
  test("executes the same commands as a database", async () => {
    const url = ["--url", server.url];
    expect((await run([...url, "list"])).stdout).toMatch(/^1 +Count logins +yes +auth/m);
    expect((await run([...url, "list", "--search", "nothing"])).stdout).toBe("No bindings.\n");
    expect((await run([...url, "disable", "Count logins"])).stderr).toBe("1 binding disabled.\n");
    await workplace.write(
      "b.yaml",
      "bindings: { new: { event: auth, handlermodule: Counter, action: reset_counter, options: { counter_name: x } } }\n",
    );
    expect((await run([...url, "apply", "b.yaml"])).code).toBe(0);
    expect((await run([...url, "enable", "1", "new"])).stderr).toBe("1 binding enabled.\n");
    expect((await run([...url, "delete", "new", "1"])).stderr).toBe("2 bindings deleted.\n");
    expect(await server.bookend.bindings.list()).toEqual([]);
  });

  test("explains a call", async () => {
    const explained = await run(["--url", server.url, "explain", "--event", "auth", "--client-ip", "192.0.2.1"]);
    expect(explained.stdout).toMatch(/^1 +Count logins +post +no +client_ip is not fulfilled/m);
    const one = await run([
      "--url",
      server.url,
      "explain",
      "Count logins",
      "--event",
      "auth",
      "--client-ip",
      "10.1.1.1",
    ]);
    expect(one.stdout).toMatch(/client_ip +fulfilled +10\.1\.1\.1/);
  });

  test("accepts the parameters of a made-up call as strings or as JSON", async () => {
    const conditions = { parameter: "n == 5" };
    await server.bookend.bindings.import([{ ...count, name: "n", conditions }]);
    const explained = async (value: string) =>
      (await run(["--url", server.url, "explain", "n", "--event", "auth", "--param", value])).stdout;
    expect(await explained("n=5")).toMatch(/ yes/);
    expect(await explained('n=["6"]')).toMatch(/ no /);
  });

  test("makes several changes either completely or not at all", async () => {
    await server.bookend.bindings.import([
      { ...count, name: "broken", action: "no such action", active: false },
      { ...count, name: "off", active: false },
    ]);
    const { code, stderr } = await run(["--url", server.url, "enable", "off", "broken"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("no such action")]);
    expect((await server.bookend.bindings.list()).filter(({ active }) => active)).toHaveLength(1);
  });
});

describe("failures have separate messages and exit codes", () => {
  test("a read-only role", async () => {
    const env = { BOOKEND_TOKEN: tokens.reader };
    expect((await run(["--url", server.url, "list"], { env })).code).toBe(0);
    expect(await run(["--url", server.url, "disable", "1"], { env })).toEqual({
      code: 4,
      stdout: "",
      stderr: `bookend: You are not allowed to do this on ${server.url}: Only reading is allowed.\n`,
    });
  });

  test("a login that the server does not know", async () => {
    const { code, stderr } = await run(["--url", server.url, "list"], { env: { BOOKEND_TOKEN: "old" } });
    expect([code, stderr]).toEqual([
      4,
      `bookend: ${server.url} does not accept the login: The token is not valid. Log in again with: bookend login\n`,
    ]);
  });

  test("a login that has expired, without asking the server", async () => {
    const payload = Buffer.from(JSON.stringify({ exp: Date.parse("2026-02-28T00:00:00Z") / 1000 })).toString(
      "base64url",
    );
    const { code, stderr } = await run(["--url", server.url, "list"], { env: { BOOKEND_TOKEN: `e30.${payload}.x` } });
    expect([code, stderr]).toEqual([
      4,
      `bookend: The login at ${server.url} expired at 2026-02-28T00:00:00.000Z. Log in again with: bookend login --url ${server.url}\n`,
    ]);
  });

  test("a server that is not running", async () => {
    await server.close();
    expect(await run(["--url", server.url, "list"])).toEqual({
      code: 5,
      stdout: "",
      stderr: `bookend: ${server.url} cannot be reached: no server is listening there (ECONNREFUSED).\n`,
    });
    server = await startTestServer();
  });

  test("a server that does not respond", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const { code, stderr } = await run(["--url", url, "--timeout", "1", "list"]);
    expect([code, stderr]).toEqual([5, expect.stringContaining("did not respond within 1000 ms")]);
    silent.close();
  });

  test("a certificate that is not trusted, and one that --ca trusts", async () => {
    const { private: key, cert } = await generate([{ name: "commonName", value: "127.0.0.1" }], {
      extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
    });
    const secure = await startTestServer({ bindings: [count], tls: { key, cert } });
    try {
      const { code, stderr } = await run(["--url", secure.url, "list"]);
      expect([code, stderr]).toEqual([
        5,
        expect.stringMatching(/^bookend: The certificate of .* is not trusted: it is self-signed/),
      ]);
      const ca = await workplace.write("ca.pem", cert);
      expect((await run(["--url", secure.url, "--ca", ca, "list"])).code).toBe(0);
      // login stores the path of the certificates, for commands in other directories
      await run(["--url", secure.url, "--ca", ca, "login", "--user", "admin"], { stdin: "right\n" });
      const elsewhere = { env: { HOME: workplace.directory } };
      expect((await runCommand(["list"], "/nonexistent", elsewhere)).stdout).toContain("Count logins");
    } finally {
      await secure.close();
    }
  });

  /**
   * Runs a command against a server that is not a Bookend server, and returns the result and the tokens that the server
   * received.
   */
  async function runAt(answer: RequestListener, args: readonly string[], options?: RunOptions) {
    const received: (string | undefined)[] = [];
    const foreign = createHttpServer((request, response) => {
      received.push(request.headers.authorization);
      answer(request, response);
    });
    await new Promise<void>((listening) => foreign.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
    try {
      return { url, received, ...(await run(["--url", url, ...args], options)) };
    } finally {
      foreign.closeAllConnections();
      foreign.close();
    }
  }

  test("a redirect to another host, which does not receive the token", async () => {
    let asked = 0;
    const other = createHttpServer((_request, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
    const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    for (const args of [["list"], ["check"], ["login", "--user", "admin"], ["backtest", "1"]]) {
      const { url, code, stderr } = await runAt(
        (_request, response) => response.writeHead(307, { location: `${location}/event?secret` }).end(),
        args,
      );
      expect([code, stderr]).toEqual([
        1,
        `bookend: ${url} redirects to ${location}, which is not followed. Allowed: the URL at which the server responds without a redirect.\n`,
      ]);
    }
    expect(asked).toBe(0);
    other.close();
  });

  test.each([
    ["a page", "<html>\u001b[2J</html>", 200, 1],
    ["a list", "[]", 200, 1],
    ["a gateway's error", "<html></html>", 502, 5],
  ])("%s instead of a response of the API", async (_what, body, status, expected) => {
    const { code, stderr, url } = await runAt((_request, response) => response.writeHead(status).end(body), ["list"]);
    expect([code, stderr]).toEqual([expected, expect.stringContaining(`${url} did not respond like a management API`)]);
    expect(stderr).not.toContain("\u001b");
  });

  test("a response that ends early", async () => {
    const { code, stderr } = await runAt(
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write('{"result":', () => response.destroy());
      },
      ["list"],
    );
    expect([code, stderr]).toEqual([5, expect.stringMatching(/cannot be reached: the connection was closed/)]);
  });

  test("a token that no header can contain", async () => {
    const { code, stderr, received } = await runAt((_request, response) => response.end(), ["list"], {
      env: { BOOKEND_TOKEN: "a\nb" },
    });
    expect([code, stderr, received]).toEqual([
      4,
      expect.stringContaining("is not valid. Allowed: one line of ASCII"),
      [],
    ]);
  });

  test("a file of logins that other users can read, and one that does not contain logins", async () => {
    const env = { XDG_CONFIG_HOME: workplace.directory };
    await run(["--url", server.url, "login", "--user", "admin"], { stdin: "right\n", env });
    const file = join(workplace.directory, "bookend", "logins.json");
    await chmod(file, 0o644);
    const { code, stderr } = await run(["list"], { env });
    expect([code, stderr]).toEqual([0, expect.stringContaining(`Fix it with: chmod 600 ${file}`)]);
    await writeFile(file, '{ "servers": { "http://127.0.0.1": { "token": 5 } } }');
    expect(await run(["list"], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("does not contain logins"),
    });
  });

  test("a response from a different service", async () => {
    const { code, stderr } = await run(["--url", `${server.url}/elsewhere`, "list"]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/There is no|did not respond like a management API/)]);
  });

  test.each([
    [["lst"], /\(Did you mean list\?\)/],
    [["list", "--serch", "x"], /\(Did you mean --search\?\)/],
    [["list", "--jsn"], /\(Did you mean --json\?\)/],
    [["plan"], /missing required argument 'file'/],
    [["list", "--url", "x", "--database", "y"], /--url: cannot be combined with --database/],
    [["list", "--url", "ftp://x"], /--url: "ftp:\/\/x" is not valid. Allowed: an http or https URL/],
    [["list", "--json", "--yaml"], /--json: cannot be combined with --yaml/],
    [["list", "--position", "middle"], /Allowed choices are pre, post/],
    [["audit", "--limit", "0"], /--limit: "0" is not valid. Allowed: 1 to 100000/],
    [["backtest", "x", "--from", "yesterday"], /--from: "yesterday" is not valid/],
    [["deliveries", "cancel"], /cancel: needs ids, options/],
    [["deliveries", "hasten", "--all", "--state", "waiting"], /hasten: needs ids, options .*, or --all/],
    [
      ["deliveries", "destinations", "--state", "closed"],
      /--state: "closed" is not valid. Allowed: open, paused, disabled/,
    ],
    [["list", "--create"], /--create: needs --database/],
    [
      ["deliveries", "--state", "done"],
      /--state: "done" is not valid. Allowed: waiting, sending, sent, dead, cancelled/,
    ],
    [["explain", "--event", "auth", "--param", "a=[1"], /--param a: "\[1" is not valid. Allowed: JSON/],
    [["list"], /Name a server with --url URL or bookend login/],
  ])("a mistake in %j", async (args, message) => {
    const { code, stderr } = await runCommand(args, workplace.directory);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  test("a binding that does not exist, with the nearest name", async () => {
    const { code, stderr } = await run(["--url", server.url, "show", "Count login"]);
    expect([code, stderr]).toEqual([1, 'bookend: There is no binding "Count login". Did you mean "Count logins"?\n']);
  });
});

describe("login", () => {
  const file = () => join(workplace.directory, ".config", "bookend", "logins.json");
  const env = { BOOKEND_TOKEN: "", XDG_CONFIG_HOME: "" };
  const without = (args: readonly string[], stdin = "") =>
    runCommand(args, workplace.directory, { stdin, env: { XDG_CONFIG_HOME: "" } });

  test("stores the token where only its user can read it, for later commands", async () => {
    const wrong = await without(["login", "--url", server.url, "--user", "admin"], "wrong\n");
    expect([wrong.code, wrong.stderr]).toEqual([4, expect.stringContaining("does not accept this name and password")]);
    const { code, stderr } = await without(["login", "--url", server.url, "--user", "admin"], "right\n");
    expect([code, stderr]).toEqual([0, `You are logged in at ${server.url}. The token is stored in ${file()}.\n`]);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await stat(join(file(), ".."))).mode & 0o777).toBe(0o700);
    const empty = { BOOKEND_URL: "", BOOKEND_TOKEN: "", BOOKEND_DATABASE: "", XDG_CONFIG_HOME: "" };
    expect((await runCommand(["list"], workplace.directory, { env: empty })).stdout).toContain("Count logins");
    await without(["login", "--logout"]);
    expect(await readFile(file(), "utf8")).not.toContain(tokens.admin);
    expect((await without(["list", "--url", server.url])).code).toBe(4);
  });

  test("accepts a token, and honors XDG_CONFIG_HOME", async () => {
    const home = join(workplace.directory, "xdg");
    const options = { stdin: `${tokens.admin}\n`, env: { ...env, XDG_CONFIG_HOME: home } };
    expect((await runCommand(["login", "--url", server.url, "--token-stdin"], workplace.directory, options)).code).toBe(
      0,
    );
    expect(JSON.parse(await readFile(join(home, "bookend", "logins.json"), "utf8"))).toEqual({
      current: server.url,
      servers: { [server.url]: { token: tokens.admin } },
    });
  });
});
