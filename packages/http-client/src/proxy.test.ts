import { createServer } from "node:http";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { httpServer, httpsServer, listen } from "../test/servers.js";
import { createHttpClient, type HttpClientOptions } from "./http-client.js";

/** Creates a proxy that records its requests, and connects all of them to one port of the loopback address. */
async function proxyTo(port: number, credentials?: string) {
  const asked: string[] = [];
  const allowed = (authorization: string | undefined) =>
    credentials === undefined || authorization === `Basic ${Buffer.from(credentials).toString("base64")}`;
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(allowed(request.headers["proxy-authorization"]) ? 200 : 407).end("through the proxy");
  });
  server.on("connect", (request, socket, head) => {
    asked.push(`CONNECT ${request.url}`);
    if (!allowed(request.headers["proxy-authorization"])) {
      socket.end("HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    const target = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    target.on("error", () => socket.destroy());
    socket.on("error", () => target.destroy());
  });
  return { asked, proxyPort: await listen(server) };
}

function client(options: HttpClientOptions) {
  const made = createHttpClient({ lookup: async () => [{ address: "93.184.215.14", family: 4 }], ...options });
  onTestFinished(() => made.close());
  return made;
}

describe("with a proxy", () => {
  it("requests http by absolute URL, and https through a tunnel", async () => {
    const { port, cert } = await httpsServer("secure.example", (_request, response) =>
      response.end("through the tunnel"),
    );
    const { asked, proxyPort } = await proxyTo(port, "user:p@ss");
    const http = client({ proxy: `http://user:p%40ss@127.0.0.1:${proxyPort}`, tls: { ca: cert } });
    expect((await http.request({ url: "http://plain.example/x" })).text()).toBe("through the proxy");
    expect((await http.request({ url: "https://secure.example/y" })).text()).toBe("through the tunnel");
    expect(asked).toEqual(["GET http://plain.example/x", "CONNECT secure.example:443"]);
  });

  it("checks the target before it contacts the proxy", async () => {
    const { asked, proxyPort } = await proxyTo(9);
    const http = client({
      proxy: `http://127.0.0.1:${proxyPort}`,
      lookup: async () => [{ address: "10.0.0.1", family: 4 }],
    });
    for (const url of ["http://169.254.169.254/", "http://[::ffff:7f00:1]/", "https://inside.example/"]) {
      await expect(http.request({ url })).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
    }
    expect(asked).toEqual([]);
  });

  it("distinguishes a failure of the proxy from one of the target", async () => {
    const { port } = await httpsServer("secure.example", () => {});
    const { proxyPort } = await proxyTo(port, "user:pass");
    const refused = client({ proxy: `http://user:canary@127.0.0.1:${proxyPort}` });
    await expect(refused.request({ url: "https://secure.example/" })).rejects.toMatchObject({
      code: "PROXY_FAILED",
      message: expect.not.stringContaining("canary"),
    });
    const untrusted = client({ proxy: `http://user:pass@127.0.0.1:${proxyPort}` });
    await expect(untrusted.request({ url: "https://secure.example/" })).rejects.toMatchObject({ code: "TLS_FAILED" });
    const { server, port: gone } = await httpServer(() => {});
    await new Promise((resolve) => server.close(resolve));
    const absent = client({ proxy: `http://127.0.0.1:${gone}` });
    for (const url of ["http://plain.example/", "https://secure.example/"]) {
      await expect(absent.request({ url })).rejects.toMatchObject({ code: "PROXY_FAILED" });
    }
  });
});
