import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { inspect } from "node:util";
import { selfSigned } from "@bookend/test-kit/certificate";
import { mailSink } from "@bookend/test-kit/mail-sink";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Mail } from "./mail.js";
import { createMailer } from "./mailer.js";
import type { SmtpServerConfig } from "./smtp-server-config.js";

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const hello: Mail = { to: ["alice@example.org"], subject: "Hello", text: "Hello, Alice" };

function mailer(config: Omit<SmtpServerConfig, "host">) {
  const made = createMailer({ host: "127.0.0.1", sender: "Bookend <bookend@example.org>", ...config });
  onTestFinished(() => made.close());
  return made;
}

describe("a mail", () => {
  it("arrives as plain text, with sender, several recipients and reply addresses", async () => {
    const { mails, port } = await mailSink();
    const receipt = await mailer({ port }).send({
      to: ["alice@example.org", '"Bob, Jr." <bob@example.org>'],
      replyTo: ["help@example.org", "Desk <desk@example.org>"],
      subject: "Grüße, {user}",
      text: "Zeile 1\n.\nZeile 3",
      messageId: "<1@bookend.example.org>",
      headers: { "X-Event": "token_init" },
    });
    expect(receipt).toMatchObject({
      messageId: "<1@bookend.example.org>",
      accepted: ["alice@example.org", "bob@example.org"],
      rejected: [],
      response: expect.stringContaining("250"),
    });
    const [mail] = mails;
    expect(mail?.envelope).toEqual({ from: "bookend@example.org", to: ["alice@example.org", "bob@example.org"] });
    expect(mail?.parsed).toMatchObject({
      subject: "Grüße, {user}",
      messageId: "<1@bookend.example.org>",
      text: "Zeile 1\n.\nZeile 3\n",
      html: false,
      from: { value: [{ name: "Bookend", address: "bookend@example.org" }] },
      to: { value: [{ address: "alice@example.org" }, { name: "Bob, Jr.", address: "bob@example.org" }] },
      replyTo: { value: [{ address: "help@example.org" }, { name: "Desk", address: "desk@example.org" }] },
    });
    expect(mail?.parsed.headers.get("x-event")).toBe("token_init");
  });

  it("arrives as HTML", async () => {
    const { mails, port } = await mailSink();
    await mailer({ port }).send({
      to: ["a@example.org"],
      from: "other@example.org",
      subject: "s",
      html: "<p>Grüße</p>",
    });
    expect(mails[0]?.parsed).toMatchObject({ html: "<p>Grüße</p>\n", attachments: [] });
    expect(mails[0]?.parsed.from?.value[0]?.address).toBe("other@example.org");
    expect(mails[0]?.raw).toMatch(/^content-type: text\/html; charset=utf-8/im);
  });

  it("shows an inline image in its HTML: multipart/related with Content-ID and file name", async () => {
    const { mails, port } = await mailSink();
    await mailer({ port }).send({
      to: ["a@example.org"],
      subject: "s",
      html: '<img src="cid:token_image">',
      attachments: [{ filename: "OATH0001.png", contentType: "image/png", content: png, cid: "token_image" }],
    });
    const [mail] = mails;
    expect(mail?.raw).toMatch(/^content-type: multipart\/related;/im);
    expect(mail?.raw).toMatch(/^content-id: <token_image>$/im);
    expect(mail?.raw).toMatch(/^content-disposition: inline; filename=OATH0001.png$/im);
    expect(mail?.parsed.attachments).toMatchObject([
      { related: true, cid: "token_image", filename: "OATH0001.png", contentType: "image/png", content: png },
    ]);
  });

  it("carries text, HTML and a file together", async () => {
    const { mails, port } = await mailSink();
    const content = Buffer.from([0, 13, 10, 255]);
    await mailer({ port }).send({
      ...hello,
      html: "<b>Hello</b>",
      attachments: [{ filename: "Übersicht.bin", contentType: "application/octet-stream", content }],
    });
    expect(mails[0]?.parsed).toMatchObject({
      text: "Hello, Alice",
      html: "<b>Hello</b>",
      attachments: [{ filename: "Übersicht.bin", content }],
    });
  });

  it("reuses connections", async () => {
    const { mails, port, server } = await mailSink();
    let connections = 0;
    server.server.on("connection", () => connections++);
    const pooled = mailer({ port, poolSize: "2" });
    await Promise.all(Array.from({ length: 20 }, () => pooled.send(hello)));
    expect(mails).toHaveLength(20);
    expect(connections).toBeLessThanOrEqual(2);
  });

  it("reports the recipients that were not accepted", async () => {
    const { port } = await mailSink({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith("no") ? Object.assign(new Error("No such user"), { responseCode: 550 }) : null),
    });
    const receipt = await mailer({ port }).send({ ...hello, to: ["yes@example.org", "no@example.org"] });
    expect(receipt).toMatchObject({ accepted: ["yes@example.org"], rejected: ["no@example.org"] });
    await expect(mailer({ port }).send({ ...hello, to: ["no@example.org"] })).rejects.toMatchObject({
      code: "REJECTED",
      message: expect.stringContaining("550"),
    });
  });
});

describe("the mailer refuses before sending", () => {
  const attachment = { filename: "a.png", contentType: "image/png", content: png };
  it.each<[string, Partial<Mail>, string]>([
    ["a line break in the subject", { subject: "a\r\nBcc: eve@example.org" }, "INVALID_HEADER"],
    ["a line feed in the subject", { subject: "a\nBcc: eve@example.org" }, "INVALID_HEADER"],
    ["a NUL in the subject", { subject: "a\0" }, "INVALID_HEADER"],
    ["another control character in the subject", { subject: "a\u001b[2J" }, "INVALID_HEADER"],
    ["NEL in the subject", { subject: "a\u0085b" }, "INVALID_HEADER"],
    ["a line break in an address", { to: ["alice@example.org\r\nBcc: eve@example.org"] }, "INVALID_HEADER"],
    ["a line break in a display name", { to: ['"A\r\nBcc: eve@example.org" <a@example.org>'] }, "INVALID_HEADER"],
    ["a line break in a reply address", { replyTo: ["a@example.org\nX: y"] }, "INVALID_HEADER"],
    ["a line break in the sender", { from: "a@example.org\rX: y" }, "INVALID_HEADER"],
    ["a line break in a file name", { attachments: [{ ...attachment, filename: "a\r\nX: y" }] }, "INVALID_HEADER"],
    [
      "a line break in a content type",
      { attachments: [{ ...attachment, contentType: "image/png\r\nX: y" }] },
      "INVALID_HEADER",
    ],
    ["a Content-ID with brackets", { attachments: [{ ...attachment, cid: "a>\r\nX: y" }] }, "INVALID_HEADER"],
    ["a line break in a header", { headers: { "X-A": "1\r\nX-B: 2" } }, "INVALID_HEADER"],
    ["a header name with a colon", { headers: { "X-A: 1\r\nX-B": "2" } }, "INVALID_HEADER"],
    ["a header that every mail already has", { headers: { bcc: "eve@example.org" } }, "INVALID_HEADER"],
    ["a malformed message id", { messageId: "<1@example.org>\r\nX: y" }, "INVALID_HEADER"],
    ["two addresses in one", { to: ["alice@example.org, eve@example.org"] }, "INVALID_ADDRESS"],
    ["a group", { to: ["all: alice@example.org, eve@example.org;"] }, "INVALID_ADDRESS"],
    ["text after an address", { to: ["Eve <eve@example.org>@example.org"] }, "INVALID_ADDRESS"],
    ["two at signs", { to: ["eve@example.org@example.org"] }, "INVALID_ADDRESS"],
    ["an address after a space", { to: ["alice eve@example.org"] }, "INVALID_ADDRESS"],
    ["an address literal", { to: ["eve@[127.0.0.1]"] }, "INVALID_ADDRESS"],
    ["a name without an address", { to: ["alice"] }, "INVALID_ADDRESS"],
    ["an empty address", { to: [""] }, "INVALID_ADDRESS"],
    ["no recipient", { to: [] }, "INVALID_MESSAGE"],
    ["no body", { text: undefined }, "INVALID_MESSAGE"],
  ])("%s", async (_what, part, code) => {
    const { mails, port, server } = await mailSink();
    let connections = 0;
    server.server.on("connection", () => connections++);
    await expect(mailer({ port }).send({ ...hello, ...part })).rejects.toMatchObject({ code });
    expect([connections, mails]).toEqual([0, []]);
  });

  it("a mail without any sender", async () => {
    const { port } = await mailSink();
    await expect(mailer({ port, sender: undefined }).send(hello)).rejects.toMatchObject({
      code: "INVALID_ADDRESS",
      message: expect.stringContaining("from"),
    });
  });

  it("content from a file or a URL, even if types are bypassed", async () => {
    const { mails, port } = await mailSink();
    const smuggled = { ...hello, text: { path: "/etc/passwd" } } as unknown as Mail;
    await expect(mailer({ port }).send(smuggled)).rejects.toMatchObject({ name: "MessagingError" });
    expect(mails).toEqual([]);
  });
});

describe("security", () => {
  it("reports whether every mail is encrypted", () => {
    const encrypted = (security: SmtpServerConfig["security"]) => mailer({ security }).encrypted;
    expect([encrypted("smtps"), encrypted("starttls")]).toEqual([true, true]);
    expect([encrypted(undefined), encrypted("starttls-optional"), encrypted("smtp")]).toEqual([false, false, false]);
  });

  it("uses STARTTLS if offered, or never, as configured", async () => {
    const pair = await selfSigned();
    const { mails, port } = await mailSink(pair);
    await mailer({ port, tls: { ca: pair.cert } }).send(hello);
    await mailer({ port, security: "starttls", tls: { ca: pair.cert } }).send(hello);
    await mailer({ port, security: "starttls", tls: { rejectUnauthorized: "false" } }).send(hello);
    await mailer({ port, security: "smtp" }).send(hello);
    expect(mails.map(({ secure }) => secure)).toEqual([true, true, true, false]);
  });

  it("sends unencrypted if STARTTLS is optional and not offered, and refuses if it is required", async () => {
    const { mails, port } = await mailSink();
    await mailer({ port, security: "starttls-optional" }).send(hello);
    expect(mails.map(({ secure }) => secure)).toEqual([false]);
    await expect(mailer({ port, security: "starttls" }).send(hello)).rejects.toMatchObject({ code: "TLS_FAILED" });
    expect(mails).toHaveLength(1);
  });

  it("speaks SMTPS", async () => {
    const pair = await selfSigned("mail.example");
    const { mails, port } = await mailSink({ ...pair, secure: true });
    await mailer({ port, security: "smtps", tls: { ca: pair.cert, servername: "mail.example" } }).send(hello);
    expect(mails[0]?.secure).toBe(true);
  });

  it.each(["starttls", "smtps", "starttls-optional"] as const)("verifies certificates with %s", async (security) => {
    const pair = await selfSigned();
    const { mails, port } = await mailSink({ ...pair, secure: security === "smtps" });
    await expect(mailer({ port, security }).send(hello)).rejects.toMatchObject({ code: "TLS_FAILED" });
    const other = mailer({ port, security, tls: { ca: pair.cert, servername: "other.example" } });
    await expect(other.send(hello)).rejects.toMatchObject({ code: "TLS_FAILED" });
    expect(mails).toEqual([]);
  });

  it("logs in, and fails without revealing the password", async () => {
    const { mails, port } = await mailSink({
      authOptional: false,
      onAuth({ username, password }, _session, done) {
        // a server that repeats what it receives
        if (password === "canary") return done(null, { user: username });
        done(
          Object.assign(new Error(`Wrong: ${password} ${Buffer.from(`\0alice\0${password}`).toString("base64")}`), {
            responseCode: 535,
          }),
        );
      },
    });
    await mailer({ port, user: "alice", password: "canary" }).send(hello);
    expect(mails[0]?.user).toBe("alice");
    await mailer({ port, user: "alice", password: "canary" }).verify();
    const wrong = mailer({ port, user: "alice", password: "WrongCanary" });
    for (const attempt of [() => wrong.send(hello), () => wrong.verify()]) {
      const error = await attempt().catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: "AUTH_FAILED",
        message: "127.0.0.1: the server did not accept the user and password (535).",
      });
      const shown = inspect(error, { depth: 10, showHidden: true });
      expect(shown).not.toContain("WrongCanary");
      expect(shown).not.toContain(Buffer.from("\0alice\0WrongCanary").toString("base64"));
    }
  });

  it("does not send anonymously if a user is configured but the server has no login", async () => {
    const { mails, port } = await mailSink({ disabledCommands: ["AUTH"] });
    await expect(mailer({ port, user: "alice", password: "canary" }).send(hello)).rejects.toMatchObject({
      code: "AUTH_FAILED",
    });
    expect(mails).toEqual([]);
  });
});

describe("failures", () => {
  /** Starts a TCP server, and returns its port. */
  async function tcpServer(onConnection: (socket: Socket) => void): Promise<number> {
    const server = createServer(onConnection);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  }

  it("reports a port on which nothing listens", async () => {
    const { server, port } = await mailSink();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
    await expect(mailer({ port }).send(hello)).rejects.toMatchObject({ code: "CONNECT_FAILED" });
    await expect(mailer({ port }).verify()).rejects.toMatchObject({ code: "CONNECT_FAILED" });
  });

  it("times out if the server sends nothing", async () => {
    const port = await tcpServer((socket) => void onTestFinished(() => void socket.destroy()));
    await expect(mailer({ port, timeoutMs: 50 }).send(hello)).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  it("reports a connection that was lost in the middle of a mail, and does not send the mail again", async () => {
    const sockets: Socket[] = [];
    const { server, port } = await mailSink({
      onData(stream) {
        stream.resume();
        stream.once("end", () => sockets.at(-1)?.destroy());
      },
    });
    server.server.on("connection", (socket: Socket) => sockets.push(socket));
    await expect(mailer({ port }).send(hello)).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    expect(sockets).toHaveLength(1);
  });

  it("distinguishes temporary from permanent refusals", async () => {
    const { port } = await mailSink({
      onMailFrom: (_address, _session, done) => done(Object.assign(new Error("Later"), { responseCode: 451 })),
    });
    await expect(mailer({ port }).send(hello)).rejects.toMatchObject({
      code: "DEFERRED",
      message: expect.stringContaining("451"),
    });
  });

  it("aborts with the caller's signal", async () => {
    const controller = new AbortController();
    let reached = () => {};
    const arrived = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const { mails, port } = await mailSink({ onMailFrom: () => reached() });
    const sending = mailer({ port }).send({ ...hello, signal: controller.signal });
    await arrived;
    controller.abort();
    await expect(sending).rejects.toMatchObject({ code: "ABORTED" });
    await expect(mailer({ port }).send({ ...hello, signal: controller.signal })).rejects.toMatchObject({
      code: "ABORTED",
    });
    expect(mails).toEqual([]);
  });

  it("refuses mails after close", async () => {
    const { port } = await mailSink();
    const made = mailer({ port });
    made.close();
    await expect(made.send(hello)).rejects.toMatchObject({ code: "CLOSED" });
    await expect(made.verify()).rejects.toMatchObject({ code: "CLOSED" });
  });
});

describe("the deadline", () => {
  it("counts from submission: a mail that waits for a connection fails in time, and is not sent later", async () => {
    let begun = 0;
    const { mails, port } = await mailSink({
      onMailFrom: () => {
        begun += 1;
      },
    });
    const slow = mailer({ port, poolSize: 1, timeoutMs: 60_000, deadlineMs: 300 });
    const started = performance.now();
    const sent = await Promise.allSettled([1, 2, 3].map(() => slow.send(hello)));
    expect(performance.now() - started).toBeLessThan(5_000);
    for (const one of sent) {
      expect(one).toMatchObject({
        reason: { code: "TIMEOUT", message: expect.stringContaining("300 ms of being submitted") },
      });
    }
    expect(mails).toEqual([]);
    // only the first mail can have been given to the server before its deadline passed
    expect(begun).toBeLessThanOrEqual(1);
  });
});

describe("an address with letters beyond ASCII", () => {
  const international = ["zoë@example.org", "Zoë <zoë@bücher.example>"];

  it.each(international)("such as %s is accepted if the server supports SMTPUTF8", async (to) => {
    const { mails, port } = await mailSink();
    await mailer({ port }).send({ ...hello, to: [to] });
    expect(mails[0]?.envelope.to).toHaveLength(1);
    expect(mails[0]?.envelope.to[0]).toContain("zoë@");
  });

  it.each<[string, Partial<Mail>]>([
    ["a recipient", { to: ["alice@example.org", "zoë@example.org"] }],
    ["the sender", { from: "zoë@example.org" }],
    ["an address for replies", { replyTo: ["Zoë <zoë@example.org>"] }],
  ])("makes a mail fail if the server does not support SMTPUTF8, and nothing is sent: %s", async (_, part) => {
    const { mails, port } = await mailSink({ hideSMTPUTF8: true });
    await expect(mailer({ port }).send({ ...hello, ...part })).rejects.toMatchObject({
      code: "SMTPUTF8_REQUIRED",
      reason: expect.stringContaining("does not support SMTPUTF8"),
    });
    expect(mails).toEqual([]);
  });

  it("makes the mailer look for SMTPUTF8 after STARTTLS if TLS is required; connection errors keep their codes", async () => {
    const { cert, key } = await selfSigned();
    const { mails, port } = await mailSink({ key, cert });
    const to = ["zoë@example.org"];
    await mailer({ port, security: "starttls", tls: { ca: cert } }).send({ ...hello, to });
    expect(mails[0]?.secure).toBe(true);
    await expect(mailer({ port, security: "starttls" }).send({ ...hello, to })).rejects.toMatchObject({
      code: "TLS_FAILED",
    });
    await expect(mailer({ port: 9 }).send({ ...hello, to })).rejects.toMatchObject({ code: "CONNECT_FAILED" });
  });

  it("that has them only in its domain is sent in ASCII, whatever the server supports", async () => {
    const { mails, port } = await mailSink({ hideSMTPUTF8: true });
    await mailer({ port }).send({ ...hello, to: ["Zoë <zoe@bücher.example>"] });
    expect(mails[0]?.raw).toContain("<zoe@xn--bcher-kva.example>");
  });
});

describe("lines of a mail", () => {
  const longest = (raw: string) => Math.max(...raw.split("\r\n").map((line) => Buffer.byteLength(line)));

  it.each<[string, Partial<Mail>]>([
    ["a subject of 1,200 letters", { subject: "x".repeat(1200) }],
    ["a subject of 1,200 letters after words", { subject: `New token: ${"x".repeat(1200)} end` }],
    ["a subject of 10,000 letters beyond ASCII", { subject: "ü".repeat(10_000) }],
    ["a subject that looks encoded", { subject: `=?UTF-8?Q?${"x".repeat(1200)}?=` }],
    ["another header", { headers: { "X-Long": "y".repeat(5000) } }],
    ["a plain body", { text: "z".repeat(5000) }],
    ["a plain body beyond ASCII", { text: "é".repeat(5000) }],
    ["an HTML body", { text: undefined, html: `<p>${"z".repeat(5000)}</p>` }],
    ["a name", { to: [`"${"n".repeat(400)}" <alice@example.org>`] }],
    ["a name that consists of quotes", { to: [`"${'\\"'.repeat(200)}" <alice@example.org>`] }],
    ["an address", { to: [`${"a".repeat(64)}@${`${"b".repeat(60)}.`.repeat(3)}org`] }],
    ["100 addresses", { to: Array.from({ length: 100 }, (_, n) => `${"a".repeat(60)}${n}@example.org`) }],
    ["a file name", { attachments: [{ filename: `${"f".repeat(240)}.png`, contentType: "image/png", content: png }] }],
    [
      "a Content-ID",
      { attachments: [{ filename: "f", contentType: "image/png", content: png, cid: "c".repeat(250) }] },
    ],
    ["a Message-ID", { messageId: `<${"m".repeat(200)}@example.org>` }],
    // from apps/demo/test/fixtures/public-reports.json: F14, and similar cases
  ])("have at most 998 octets: %s", async (_, part) => {
    const { mails, port } = await mailSink();
    await mailer({ port }).send({ ...hello, ...part });
    expect(longest(mails[0]?.raw ?? "")).toBeLessThanOrEqual(998);
    if (part.subject !== undefined) expect(mails[0]?.parsed.subject).toBe(part.subject);
    if (part.headers)
      expect(String(mails[0]?.parsed.headers.get("x-long")).replace(/ ?=\?UTF-8\?Q\?|\?=/g, "")).toBe(
        part.headers["X-Long"],
      );
    if (part.text) expect(mails[0]?.parsed.text?.trim()).toBe(part.text);
  });

  it.each<[string, Partial<Mail>]>([
    ["a subject", { subject: "x".repeat(10_001) }],
    ["a header", { headers: { "X-Long": "x".repeat(10_001) } }],
    ["the name of a header", { headers: { [`X-${"x".repeat(300)}`]: "1" } }],
    ["a file name", { attachments: [{ filename: "f".repeat(300), contentType: "image/png", content: png }] }],
    ["a content type", { attachments: [{ filename: "f", contentType: `image/${"p".repeat(300)}`, content: png }] }],
    [
      "a Content-ID",
      { attachments: [{ filename: "f", contentType: "image/png", content: png, cid: "c".repeat(300) }] },
    ],
    ["a Message-ID", { messageId: `<${"m".repeat(300)}@example.org>` }],
  ])("are refused beyond a limit: %s", async (_, part) => {
    await expect(mailer({ port: 9 }).send({ ...hello, ...part })).rejects.toMatchObject({ code: "INVALID_HEADER" });
  });
});

describe("configuration", () => {
  it.each([
    [{ port: 0 }, "port"],
    [{ port: "smtp" }, "port"],
    [{ host: "" }, "host"],
    [{ host: "a\r\nb" }, "host"],
    [{ security: "tls" }, "security"],
    [{ user: "alice" }, "password: user and password must be set together"],
    [
      { sender: "a@b, c@d" },
      'sender: "a@b, c@d" is not a single mail address. Allowed: one address such as Name <user@example.org>.',
    ],
    [
      { sender: "MFA, Inc. <mfa@demo.example>" },
      'sender: in "MFA, Inc. <mfa@demo.example>", the name must be in quotes. Allowed: "MFA, Inc." <mfa@demo.example>.',
    ],
    [{ sender: "{username}@demo.example" }, "addresses cannot contain tags"],
    [{ deadlineMs: 0 }, "deadlineMs"],
    [{ timeoutMs: 0 }, "timeoutMs"],
    [{ tls: { rejectUnauthorized: "perhaps" } }, "tls.rejectUnauthorized"],
    [{ pasword: "canary" }, "pasword"],
  ])("refuses %j", (part, message) => {
    expect(() => createMailer({ host: "mail.example.org", ...part } as SmtpServerConfig)).toThrowError(
      expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringContaining(message) }),
    );
    expect(() => createMailer({ host: "mail.example.org", ...part } as SmtpServerConfig)).toThrowError(/^(?!.*canary)/);
  });
});
