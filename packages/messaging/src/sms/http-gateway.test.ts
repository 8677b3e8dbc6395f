import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createHttpClient } from "@bookend/http-client";
import { selfSigned } from "@bookend/test-kit/certificate";
import { describe, expect, it, onTestFinished } from "vitest";
import { type HttpGatewayConfig, httpGateway } from "./http-gateway.js";

const recipient = "+49 561 1111";
const message = 'Code "{phone}" & 123=456\n€';

interface Received {
  method: string | undefined;
  url: URL;
  headers: IncomingMessage["headers"];
  body: string;
}

/** Creates a service that records its requests. */
async function smsService(answer = "OK", status = 200) {
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "", "http://service");
      received.push({ method: request.method, url, headers: request.headers, body: `${Buffer.concat(chunks)}` });
      response.writeHead(status).end(answer);
    });
  };
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { received, listener, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send?account=7` };
}

function gateway(config: Omit<HttpGatewayConfig, "kind">, allow = ["127.0.0.1"]) {
  const http = createHttpClient({ allow });
  onTestFinished(() => http.close());
  return httpGateway({ kind: "http", ...config }, { http });
}

describe("the service receives number and text", () => {
  const parameters = { to: "{phone}", text: "{otp}", both: "{phone}:{message}", fixed: "{other} %7Bphone%7D" };
  const filled = {
    to: "+495611111",
    text: message,
    both: `+495611111:${message}`,
    fixed: "{other} %7Bphone%7D",
  };

  it("as a form", async () => {
    const { received, url } = await smsService();
    await gateway({ url, parameters, secretParameters: { key: "k&=" } }).send({ to: recipient, text: message });
    const [request] = received;
    expect(request?.method).toBe("POST");
    expect(request?.url.search).toBe("?account=7");
    expect(request?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({ ...filled, key: "k&=" });
  });

  it("in the URL", async () => {
    const { received, url } = await smsService();
    await gateway({ url, method: "GET", parameters }).send({ to: recipient, text: message });
    const [request] = received;
    expect([request?.method, request?.body]).toEqual(["GET", ""]);
    expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({ ...filled, account: "7" });
  });

  it("as JSON of any structure", async () => {
    const { received, url } = await smsService();
    const nested = { messages: [{ to: ["{phone}"], text: "{message}", "{phone}": 1, flash: false, ref: null }] };
    await gateway({ url, format: "json", parameters: nested }).send({ to: recipient, text: message });
    expect(received[0]?.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(received[0]?.body ?? "")).toEqual({
      messages: [{ to: ["+495611111"], text: message, "{phone}": 1, flash: false, ref: null }],
    });
  });

  it("with headers, a login and a rewritten number", async () => {
    const { received, url } = await smsService();
    const configured = gateway({
      url,
      headers: { "X-Key": "abc" },
      user: "alice",
      password: "pass:wörd",
      parameters: { to: "{phone}" },
      rewrite: "/^\\+/00/",
    });
    await configured.send({ to: recipient, text: message });
    expect(received[0]?.headers).toMatchObject({
      "x-key": "abc",
      authorization: `Basic ${Buffer.from("alice:pass:wörd").toString("base64")}`,
    });
    expect(received[0]?.body).toBe("to=00495611111");
  });
});

describe("a response", () => {
  it.each<[string, string, number, string, Partial<HttpGatewayConfig>]>([
    ["with a 2xx status", "sent", 202, "", {}],
    ["with a 4xx status", "REJECTED", 403, "OK", { returnSuccess: "OK" }],
    ["that redirects", "REJECTED", 302, "OK", {}],
    ["with a 5xx status", "DEFERRED", 503, "", {}],
    ["about too many requests", "DEFERRED", 429, "", {}],
    ["that contains returnSuccess", "sent", 200, "ID: 7", { returnSuccess: "ID" }],
    ["that does not contain returnSuccess", "REJECTED", 200, "ERR", { returnSuccess: "ID" }],
    ["that contains returnFail", "REJECTED", 200, "ERR 7", { returnFail: "ERR" }],
    ["that does not contain returnFail", "sent", 200, "ID: 7", { returnFail: "ERR" }],
    ["that contains both", "REJECTED", 200, "ID: ERR", { returnSuccess: "ID", returnFail: "ERR" }],
  ])("%s means %s", async (_what, expected, status, answer, config) => {
    const { url } = await smsService(`${answer} canary`, status);
    const outcome = await gateway({ url, ...config })
      .send({ to: recipient, text: "canary" })
      .then(
        () => "sent",
        (error: Error & { code: string }) => {
          expect(error.message).not.toContain("canary");
          return error.code;
        },
      );
    expect(outcome).toBe(expected);
  });
});

describe("failures", () => {
  it("sends nothing to an address that the HTTP client refuses", async () => {
    const { received, url } = await smsService();
    await expect(gateway({ url }, []).send({ to: recipient, text: message })).rejects.toMatchObject({
      code: "ADDRESS_REFUSED",
    });
    expect(received).toEqual([]);
  });

  it("sends nothing if the number is not valid", async () => {
    const { received, url } = await smsService();
    await expect(gateway({ url }).send({ to: "alice", text: message })).rejects.toMatchObject({
      code: "INVALID_NUMBER",
    });
    expect(received).toEqual([]);
  });

  it("times out, and aborts with the caller's signal", async () => {
    const server = createServer(() => {}).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => server.closeAllConnections());
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await expect(gateway({ url, timeoutMs: "50" }).send({ to: recipient, text: message })).rejects.toMatchObject({
      code: "TIMEOUT",
    });
    const signal = AbortSignal.abort();
    await expect(gateway({ url }).send({ to: recipient, text: message, signal })).rejects.toMatchObject({
      code: "ABORTED",
    });
  });

  it("verifies certificates, unless configured not to", async () => {
    const { listener, received } = await smsService();
    const server = createSecureServer(await selfSigned(), listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await expect(gateway({ url }).send({ to: recipient, text: message })).rejects.toMatchObject({ code: "TLS_FAILED" });
    await gateway({ url, rejectUnauthorized: "False" }).send({ to: recipient, text: message });
    expect(received).toHaveLength(1);
  });

  it("refuses messages after close", async () => {
    const { url } = await smsService();
    const closed = gateway({ url });
    await closed.close();
    await expect(closed.send({ to: recipient, text: message })).rejects.toMatchObject({ code: "CLOSED" });
  });
});

describe("configuration", () => {
  it.each<[Partial<HttpGatewayConfig>, string]>([
    [{ url: "ftp://sms.example/" }, "url: must be an http or https URL"],
    [{ url: "http://user:canary@sms.example/" }, "url: must be"],
    [{ user: "alice" }, "password: user and password must be set together"],
    [{ parameters: { n: 1 } }, "parameters: each value must be a string"],
    [{ method: "GET", format: "json", parameters: { n: [] } }, "parameters: each value must be a string"],
    [{ headers: { "X-A": "canary\r\nX-B: 2" } }, "headers.X-A"],
    [{ headers: { "X A": "1" } }, "headers.X A"],
    [{ rewrite: "x" }, "rewrite"],
  ])("refuses %j", (part, message) => {
    const config = { url: "https://sms.example/", ...part };
    expect(() => gateway(config)).toThrowError(
      expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringContaining(message) }),
    );
    expect(() => gateway(config)).toThrowError(/^(?!.*canary)/);
  });
});
