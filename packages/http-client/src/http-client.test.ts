import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer, Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { connectorTo, httpServer, httpsServer, listen } from "../test/servers.js";
import { createHttpClient, type HttpClientOptions } from "./http-client.js";

const loopback = ["127.0.0.1"];
const ok: RequestListener = (_request, response) => response.end("ok");

function client(options: HttpClientOptions) {
  const made = createHttpClient(options);
  onTestFinished(() => made.close());
  return made;
}

/** Looks up the host names of the tests; an unknown name has no address. */
function lookupIn(names: Record<string, string[]>) {
  return vi.fn(async (hostname: string) =>
    (names[hostname] ?? []).map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
  );
}

describe("request", () => {
  it("sends method, headers and body, and returns the complete response", async () => {
    const { port } = await httpServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        response.writeHead(201, { "content-type": "application/json", "set-cookie": ["a=1", "b=2"] });
        const { method, url, headers } = request;
        response.end(
          JSON.stringify({
            method,
            url,
            agent: headers["user-agent"],
            x: headers["x-y"],
            body: `${Buffer.concat(chunks)}`,
          }),
        );
      });
    });
    const http = client({ allow: loopback, userAgent: "test/1" });
    const response = await http.request({
      method: "post",
      url: `http://127.0.0.1:${port}/path?q=1`,
      headers: { "X-Y": "z" },
      body: "größe",
    });
    expect(response.status).toBe(201);
    expect(response.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(response.json()).toEqual({ method: "POST", url: "/path?q=1", agent: "test/1", x: "z", body: "größe" });
    expect(response.text()).toBe(response.body.toString());
  });

  it("does not wait for an unneeded body, and closes the connection if the body is long or endless", async () => {
    const closed: string[] = [];
    const { port } = await httpServer((request, response) => {
      response.socket?.once("close", () => closed.push(String(request.url)));
      response.writeHead(request.url === "/busy" ? 503 : 200, { "retry-after": "7" });
      if (request.url === "/short" || request.url === "/busy") return void response.end("ok");
      const chunk = request.url === "/long" ? Buffer.alloc(1_000_000) : "x";
      const more = () => response.write(chunk);
      const timer = setInterval(more, 20);
      response.once("close", () => clearInterval(timer));
      more();
    });
    const http = client({ allow: loopback, timeoutMs: 5_000 });
    const ask = (path: string) => http.request({ url: `http://127.0.0.1:${port}${path}`, discardBody: true });
    const started = performance.now();
    for (const path of ["/long", "/endless", "/short"]) {
      const response = await ask(path);
      expect([response.status, response.text()]).toEqual([200, ""]);
    }
    expect(await ask("/busy")).toMatchObject({ status: 503, headers: { "retry-after": "7" } });
    expect(performance.now() - started).toBeLessThan(4_000);
    await vi.waitUntil(() => closed.includes("/long") && closed.includes("/endless"), { timeout: 4_000 });
  });

  it("reuses a connection, unless configured otherwise", async () => {
    const { server, port } = await httpServer(ok);
    const connected = vi.fn();
    server.on("connection", connected);
    const kept = client({ allow: loopback });
    await kept.request({ url: `http://127.0.0.1:${port}/` });
    // undici reuses a connection only after one turn of the event loop
    await setImmediate();
    await kept.request({ url: `http://127.0.0.1:${port}/` });
    expect(connected).toHaveBeenCalledTimes(1);
    const fresh = client({ allow: loopback, keepAlive: false });
    await fresh.request({ url: `http://127.0.0.1:${port}/` });
    await fresh.request({ url: `http://127.0.0.1:${port}/` });
    expect(connected).toHaveBeenCalledTimes(3);
  });

  it.each([301, 302, 303, 307, 308])("returns a %i without following it", async (status) => {
    const seen: (string | undefined)[] = [];
    const { port } = await httpServer((request, response) => {
      seen.push(request.url);
      response.writeHead(status, { location: "http://169.254.169.254/latest/" }).end();
    });
    const { connect, targets } = connectorTo(port);
    const response = await client({ connect }).request({ url: "http://8.8.8.8/" });
    expect(response.status).toBe(status);
    expect(response.headers.location).toBe("http://169.254.169.254/latest/");
    expect(seen).toEqual(["/"]);
    expect(targets).toHaveLength(1);
  });

  it("refuses a response that is not the requested JSON, without quoting it", async () => {
    const { port } = await httpServer((_request, response) => response.end("secret"));
    const response = await client({ allow: loopback }).request({ url: `http://127.0.0.1:${port}/` });
    expect(() => response.json()).toThrowError(
      expect.objectContaining({ code: "INVALID_RESPONSE", message: expect.not.stringContaining("secret") }),
    );
  });

  it.each([
    ["a header with a line break", { headers: { "x-a": "1\r\nx-b: 2" } }],
    ["a header name with a space", { headers: { "x a": "1" } }],
    ["a method with a space", { method: "GET /" }],
    ["CONNECT", { method: "CONNECT" }],
  ])("does not send %s", async (_what, request) => {
    const { server, port } = await httpServer(ok);
    const seen = vi.fn();
    server.on("request", seen);
    await expect(
      client({ allow: loopback }).request({ url: `http://127.0.0.1:${port}/`, ...request }),
    ).rejects.toMatchObject({
      code: "INVALID_REQUEST",
    });
    expect(seen).not.toHaveBeenCalled();
  });

  it("throws after close", async () => {
    const http = createHttpClient();
    await http.close();
    await expect(http.request({ url: "http://8.8.8.8/" })).rejects.toMatchObject({ code: "CLOSED" });
  });
});

describe("the address guard", () => {
  it.each([
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.0.1./",
    "http://①②⑦.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[fd00:ec2::254]/",
    "http://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "http://0/",
  ])("refuses %s before it connects", async (url) => {
    const { connect, targets } = connectorTo(9);
    await expect(client({ connect }).request({ url })).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
    expect(targets).toEqual([]);
  });

  it("refuses a name that resolves only to refused addresses", async () => {
    const { connect, targets } = connectorTo(9);
    const lookup = lookupIn({ "inside.example": ["10.0.0.1", "fd00::1"], "localhost.": ["127.0.0.1"] });
    const http = client({ connect, lookup });
    await expect(http.request({ url: "http://inside.example/" })).rejects.toMatchObject({
      code: "ADDRESS_REFUSED",
      message: "inside.example: the addresses 10.0.0.1 (private), fd00::1 (unique local) are refused.",
    });
    await expect(http.request({ url: "https://localhost./" })).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
    expect(targets).toEqual([]);
  });

  it("connects only to the permitted addresses of a host", async () => {
    const { port } = await httpServer(ok);
    const { connect, targets } = connectorTo(port);
    const lookup = lookupIn({ "mixed.example": ["127.0.0.1", "93.184.215.14", "10.0.0.1", "2606:4700::1"] });
    await client({ connect, lookup }).request({ url: "http://mixed.example/" });
    expect(targets).toEqual([["93.184.215.14", "2606:4700::1"]]);
  });

  it("connects to the address that it checked, even if the name resolves to a different one later", async () => {
    const { port } = await httpServer(ok);
    const { connect, targets } = connectorTo(port);
    const answers = ["93.184.215.14", "127.0.0.1"];
    const lookup = vi.fn(async () => [{ address: answers.shift() ?? "", family: 4 }]);
    const http = client({ connect, lookup, keepAlive: false });
    await http.request({ url: "http://rebinding.example/" });
    expect(lookup).toHaveBeenCalledTimes(1);
    await expect(http.request({ url: "http://rebinding.example/" })).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
    expect(targets).toEqual([["93.184.215.14"]]);
  });

  it("connects to addresses that the operator allows", async () => {
    const { port } = await httpServer(ok);
    const lookup = lookupIn({ "hook.example": ["127.0.0.1"] });
    const response = await client({ allow: ["127.0.0.0/8"], lookup }).request({ url: `http://hook.example:${port}/` });
    expect(response.text()).toBe("ok");
  });
});

describe("URLs", () => {
  it.each([
    ["file:///etc/passwd", "The URL begins with file: instead of http: or https:."],
    ["ftp://8.8.8.8/", "The URL begins with ftp: instead of http: or https:."],
    ["http://user:canary@8.8.8.8/", "The URL must not contain a user or a password."],
    ["https://user@8.8.8.8/", "The URL must not contain a user or a password."],
    ["/canary", "The URL is not absolute."],
    ["http://", "The URL is not absolute."],
  ])("refuses %s", async (url, message) => {
    await expect(client({}).request({ url })).rejects.toMatchObject({ code: "INVALID_URL", message });
  });
});

describe("caps", () => {
  it("stops reading a response that exceeds the size limit, and closes the connection", async () => {
    const { server, port } = await httpServer((_request, response) => {
      const pump = () => {
        while (response.writable && response.write("x".repeat(65536)));
      };
      response.on("drain", pump);
      pump();
    });
    const connection = once(server, "connection") as Promise<[Socket]>;
    const request = client({ allow: loopback, maxResponseBytes: 100_000 }).request({
      url: `http://127.0.0.1:${port}/`,
    });
    await expect(request).rejects.toMatchObject({
      code: "RESPONSE_TOO_LARGE",
      message: expect.stringContaining("100000 bytes"),
    });
    const [socket] = await connection;
    if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  });

  it("accepts a response of exactly the maximum size", async () => {
    const { port } = await httpServer((_request, response) => response.end("x".repeat(1000)));
    const response = await client({ allow: loopback, maxResponseBytes: 1000 }).request({
      url: `http://127.0.0.1:${port}/`,
    });
    expect(response.body).toHaveLength(1000);
  });

  it("times out if no response arrives", async () => {
    const { port } = await httpServer(() => {});
    const request = client({ allow: loopback }).request({ url: `http://127.0.0.1:${port}/?canary`, timeoutMs: 50 });
    await expect(request).rejects.toMatchObject({
      code: "TIMEOUT",
      message: "127.0.0.1: no complete response within 50 ms.",
    });
  });

  it("times out if a response begins but does not end", async () => {
    const { port } = await httpServer((_request, response) => void response.write("begun"));
    const request = client({ allow: loopback, timeoutMs: 50 }).request({ url: `http://127.0.0.1:${port}/` });
    await expect(request).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  it("times out when the resolver, the connection or the handshake hangs", async () => {
    const hanging = new Promise<never>(() => {});
    const resolver = client({ lookup: () => hanging, timeoutMs: 50 });
    await expect(resolver.request({ url: "http://slow.example/" })).rejects.toMatchObject({ code: "TIMEOUT" });
    const connection = client({ connect: () => new Socket(), timeoutMs: 50 });
    await expect(connection.request({ url: "http://8.8.8.8/" })).rejects.toMatchObject({ code: "TIMEOUT" });
    const silent = await listen(createServer());
    const handshake = client({ allow: loopback, timeoutMs: 50 });
    await expect(handshake.request({ url: `https://127.0.0.1:${silent}/` })).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  it("aborts with the caller's signal, both before and during a request", async () => {
    const controller = new AbortController();
    const { server, port } = await httpServer(() => {});
    const http = client({ allow: loopback });
    const arrived = once(server, "request");
    const request = http.request({ url: `http://127.0.0.1:${port}/`, signal: controller.signal });
    await arrived;
    controller.abort();
    await expect(request).rejects.toMatchObject({ code: "ABORTED" });
    await expect(http.request({ url: `http://127.0.0.1:${port}/`, signal: controller.signal })).rejects.toMatchObject({
      code: "ABORTED",
    });
  });
});

describe("failures", () => {
  it("report a name without an address", async () => {
    const http = client({ lookup: lookupIn({}) });
    await expect(http.request({ url: "http://nowhere.example/" })).rejects.toMatchObject({ code: "NAME_NOT_RESOLVED" });
    const throwing = client({ lookup: () => Promise.reject(new Error("EAI_AGAIN")) });
    await expect(throwing.request({ url: "http://nowhere.example/" })).rejects.toMatchObject({
      code: "NAME_NOT_RESOLVED",
    });
  });

  it("report a port on which nothing listens", async () => {
    const server = createServer();
    const port = await listen(server);
    server.close();
    await once(server, "close");
    const request = client({ allow: loopback }).request({ url: `http://127.0.0.1:${port}/` });
    await expect(request).rejects.toMatchObject({
      code: "CONNECT_FAILED",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("report a lost connection and a response that is not HTTP", async () => {
    const http = client({ allow: loopback });
    const lost = await listen(createServer((socket) => void socket.once("data", () => socket.destroy())));
    await expect(http.request({ url: `http://127.0.0.1:${lost}/` })).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    const odd = await listen(createServer((socket) => void socket.once("data", () => socket.end("220 smtp\r\n\r\n"))));
    await expect(http.request({ url: `http://127.0.0.1:${odd}/` })).rejects.toMatchObject({ code: "INVALID_RESPONSE" });
  });
});

describe("options", () => {
  it.each([
    [{ timeoutMs: 0 }, "timeoutMs: 0 is not valid. Allowed: an integer from 1 to 9007199254740991."],
    [{ maxResponseBytes: 1.5 }, "maxResponseBytes: 1.5 is not valid. Allowed: an integer from 1 to 9007199254740991."],
    [{ proxy: "canary" }, "proxy: is not valid. Allowed: an absolute URL with http or https."],
    [{ proxy: "socks5://canary@127.0.0.1" }, "proxy: is not valid. Allowed: an absolute URL with http or https."],
  ])("refuse %j", (options, message) => {
    expect(() => createHttpClient(options)).toThrowError(expect.objectContaining({ code: "INVALID_CONFIG", message }));
  });
});

describe("TLS", () => {
  it("verifies certificates, with custom authorities and with options per request", async () => {
    const { port, cert } = await httpsServer("secure.example", ok);
    const lookup = lookupIn({ "secure.example": ["127.0.0.1"], "other.example": ["127.0.0.1"] });
    const http = client({ allow: loopback, lookup });
    const url = `https://secure.example:${port}/`;
    await expect(http.request({ url })).rejects.toMatchObject({
      code: "TLS_FAILED",
      message: "secure.example: the TLS handshake failed: DEPTH_ZERO_SELF_SIGNED_CERT.",
    });
    expect((await http.request({ url, tls: { ca: cert } })).text()).toBe("ok");
    expect((await http.request({ url, tls: { rejectUnauthorized: false } })).text()).toBe("ok");
    // a connection that was opened with other TLS options is not reused
    await expect(http.request({ url })).rejects.toMatchObject({ code: "TLS_FAILED" });
    const other = `https://other.example:${port}/`;
    await expect(http.request({ url: other, tls: { ca: [cert] } })).rejects.toMatchObject({
      code: "TLS_FAILED",
      message: expect.stringContaining("ERR_TLS_CERT_ALTNAME_INVALID"),
    });
    expect((await http.request({ url: other, tls: { ca: cert, servername: "secure.example" } })).text()).toBe("ok");
  });
});
