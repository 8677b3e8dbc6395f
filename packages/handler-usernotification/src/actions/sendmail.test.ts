import { type AnyDeliveryKind, baseTags, type CallInput, type Delivery, type Outbox } from "@bookend/core";
import { createMailer } from "@bookend/messaging";
import { selfSigned } from "@bookend/test-kit/certificate";
import { mailSink } from "@bookend/test-kit/mail-sink";
import { PNG } from "pngjs";
import decodeQrCode from "qr/decode.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { alice, type HostOptions, host, user } from "../../test/host.js";
import type { Mailer } from "../index.js";

const keyUri = "otpauth://totp/OATH01?secret=JBSWY3DPEHPK3PXP&issuer=a b\"'<>`";
const image = "data:image/png;base64,iVBORw0KGgo=";

/** The response of `token_init`. */
const enrolled = {
  status: 200,
  body: { detail: { serial: "OATH01", googleurl: { value: keyUri, img: image } } },
};

function mailer(port: number, password?: string): Mailer {
  const made = createMailer({
    host: "127.0.0.1",
    port,
    security: "starttls-optional",
    sender: "mfa@example.org",
    ...(password !== undefined && { user: "mfa", password }),
  });
  onTestFinished(() => made.close());
  return made;
}

/** Creates a host with the SMTP server `smtp1`, which adds its mails to `mails`. */
async function mailHost(options: HostOptions = {}, server: Parameters<typeof mailSink>[0] = {}) {
  const sink = await mailSink(server);
  return { ...host({ mailers: { smtp1: mailer(sink.port) }, ...options }), mails: sink.mails };
}

const toOwner = { emailconfig: "smtp1", To: "tokenowner" };

describe("a mail", () => {
  it("has a subject and a body even if the binding has none", async () => {
    const { run, mails } = await mailHost({ tokens: { find: () => null, ofUser: () => [] } });
    const actor = { username: "root", realm: "admins", role: "admin" };
    const entry = await run("sendmail", toOwner, { actor, response: enrolled });
    expect(entry).toMatchObject({ outcome: "done", details: { accepted: 1 } });
    const parsed = mails[0]?.parsed;
    expect(parsed).toMatchObject({ subject: "An action was performed on your token.", html: false, attachments: [] });
    expect(mails[0]?.envelope).toEqual({ from: "mfa@example.org", to: ["alice@example.com"] });
    for (const part of ["Alice", "root@admins", "/token_init", "OATH01", "https://mfa.example.org"]) {
      expect(parsed?.text).toContain(part);
    }
  });

  it("does not mention tokens if the host has none", async () => {
    const { run, mails } = await mailHost();
    const actor = { username: "carol", realm: "", role: "clerk" };
    await run("sendmail", { emailconfig: "smtp1", To: "email", "To email": "a@example.com" }, { actor });
    expect(mails[0]?.parsed.subject).toBe("An action was performed.");
    expect(mails[0]?.parsed.text).toContain("It was done by carol.");
    expect(mails[0]?.parsed.text).not.toMatch(/token\b/);
  });

  it("contains the values of tags in subject and body, unescaped and without expanding them again", async () => {
    const { run, mails } = await mailHost({ people: [user("alice", { givenname: "{admin} {{admin}} <b>" })] });
    const actor = { username: "root", realm: "" };
    await run("sendmail", { ...toOwner, subject: "{user} ü", body: "{user}\n{recipient_givenname}" }, { actor });
    expect(mails[0]?.parsed.subject).toBe("{admin} {{admin}} <b> ü");
    expect(mails[0]?.parsed.text?.trim()).toBe("{admin} {{admin}} <b>\n{admin} {{admin}} <b>");
  });

  it("escapes values in HTML, and keeps images and links usable without quotes", async () => {
    const { run, mails } = await mailHost({ people: [user("alice", { surname: '<script>"&' })] });
    const body = "<p>{surname}</p><a href={googleurl_value}>t</a><img src={googleurl_img}>";
    await run("sendmail", { ...toOwner, mimetype: "html", body }, { response: enrolled });
    const html = String(mails[0]?.parsed.html);
    expect(html).toContain("<p>&lt;script&gt;&quot;&amp;</p>");
    const attribute = (pattern: RegExp) =>
      pattern
        .exec(html)?.[1]
        ?.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
        .replace(/&(quot|lt|gt|amp);/g, (_, name) => ({ quot: '"', lt: "<", gt: ">", amp: "&" })[String(name)] ?? "");
    expect(attribute(/<a href=([^\s"'`<>]+)>/)).toBe(keyUri);
    expect(attribute(/<img src=([^\s"'`<>]+)>/)).toBe(image);
  });

  it("keeps the same Message-ID in all attempts, and its payload is JSON without the server's password", async () => {
    const { port, mails } = await mailSink({
      onAuth: (_auth, _session, done) => done(null, { user: "mfa" }),
      authMethods: ["PLAIN"],
    });
    let known: ReadonlyMap<string, AnyDeliveryKind> = new Map();
    const stored: string[] = [];
    const outbox: Outbox = {
      register(kinds) {
        known = kinds;
      },
      submit(delivery) {
        stored.push(JSON.stringify(delivery));
        return { status: "done" };
      },
    };
    const { run } = host({ mailers: { smtp1: mailer(port, "smtp-password") }, outbox });
    await run("sendmail", { ...toOwner, attach_qrcode: "1" }, { response: enrolled });
    expect(mails).toEqual([]);
    expect(stored).toHaveLength(1);
    expect(stored[0]).not.toContain("smtp-password");
    const delivery = JSON.parse(stored[0] ?? "") as Delivery;
    for (const attempt of [1, 2]) {
      const sent = await known.get(delivery.kind)?.send(delivery, { signal: new AbortController().signal, attempt });
      expect(sent).toMatchObject({ status: "sent" });
    }
    expect(mails.map(({ parsed }) => parsed.messageId)).toEqual(Array(2).fill(`<${delivery.id}@bookend.invalid>`));
    expect(mails[1]?.parsed.attachments[0]?.filename).toBe("OATH01.png");
  });
});

describe("the attached QR code", () => {
  it("is an inline image named after the token", async () => {
    const { run, mails } = await mailHost();
    const body = '<img src="cid:token_image">';
    await run("sendmail", { ...toOwner, mimetype: "html", attach_qrcode: "True", body }, { response: enrolled });
    expect(mails[0]?.raw).toMatch(/^Content-Type: multipart\/related;/m);
    const { attachments, html } = mails[0]?.parsed ?? {};
    expect(attachments).toMatchObject([
      {
        cid: "token_image",
        filename: "OATH01.png",
        contentType: "image/png",
        contentDisposition: "inline",
        related: true,
      },
    ]);
    // mailparser shows an inline image in its place
    expect(html).toMatch(/^<img src="data:image\/png;base64,/);
  });

  it.each([
    [
      "the google URL",
      { detail: { googleurl: { value: "otpauth://1" }, pushurl: { value: "otpauth://2" } } },
      "otpauth://1",
    ],
    ["the push URL if there is no google URL", { detail: { pushurl: { value: "otpauth://2" } } }, "otpauth://2"],
    [
      "the container URL if there is no other URL",
      { result: { value: { container_url: { value: "pia://container" } } } },
      "pia://container",
    ],
  ])("shows %s", async (_what, body, expected) => {
    const { run, mails } = await mailHost();
    await run("sendmail", { ...toOwner, attach_qrcode: true }, { response: { status: 200, body } });
    const png = PNG.sync.read(mails[0]?.parsed.attachments[0]?.content ?? Buffer.alloc(0));
    expect(decodeQrCode(png)).toBe(expected);
    expect(mails[0]?.parsed.attachments[0]?.filename).toBe("token.png");
  });

  it("is omitted if nothing was enrolled", async () => {
    const { run, mails } = await mailHost();
    expect(await run("sendmail", { ...toOwner, attach_qrcode: true })).toMatchObject({ outcome: "done" });
    expect(mails[0]?.parsed.attachments).toEqual([]);
  });

  it("has a file name without any characters of the serial that could change a header", async () => {
    const { run, mails } = await mailHost();
    const body = { detail: { ...enrolled.body.detail, serial: '../a"\r\nBcc: evil@example.org' } };
    await run("sendmail", { ...toOwner, attach_qrcode: true }, { response: { status: 200, body } });
    expect(mails[0]?.parsed.attachments[0]?.filename).toBe(".._a___Bcc__evil_example.org.png");
  });
});

describe("recipients", () => {
  const admins = {
    find: (name: string) => ({ root: { username: "root", email: "root@example.net" } })[name],
    names: () => ["root"],
  };
  const people = [alice, user("bob", { email: "" }), user("carol", { email: "alice@example.com" }), user("dave")];
  const users = {
    usersOfRealm: (realm: string) => people.filter((one) => one.realm === realm),
    realms: () => ["realm1"],
  };

  const kinds: [string, Record<string, string>, Partial<CallInput>, string[]][] = [
    ["the token owner", { X: "tokenowner" }, {}, ["alice@example.com"]],
    ["an attribute of the token owner", { X: "tokenowner", "X tokenowner": "private" }, {}, ["a@home.example"]],
    [
      "an internal admin who is logged in",
      { X: "logged_in_user" },
      { actor: { username: "root", realm: "", role: "admin" } },
      ["root@example.net"],
    ],
    [
      "a user who is logged in",
      { X: "logged_in_user" },
      { actor: { username: "dave", realm: "realm1", role: "user" } },
      ["dave@example.com"],
    ],
    [
      "an attribute of the user who is logged in",
      { X: "logged_in_user", "X logged_in_user": "private" },
      { actor: { username: "alice", realm: "realm1" } },
      ["a@home.example"],
    ],
    ["an internal admin", { X: "internal admin", "X internal admin": "root" }, {}, ["root@example.net"]],
    [
      "a realm, each address once",
      { X: "admin realm", "X admin realm": "realm1" },
      {},
      ["alice@example.com", "dave@example.com"],
    ],
    ["addresses", { X: "email", "X email": "a@example.org, b@example.org" }, {}, ["a@example.org", "b@example.org"]],
  ];
  const options = (prefix: string, chosen: Record<string, string>) =>
    Object.fromEntries(Object.entries(chosen).map(([name, value]) => [name.replace("X", prefix), value]));
  const withPrivate = [user("alice", { private: "a@home.example" }), ...people.slice(1)];

  it.each(kinds)("can be %s", async (_who, chosen, call, expected) => {
    const { run, mails } = await mailHost({ admins, users, people: withPrivate });
    expect(await run("sendmail", { emailconfig: "smtp1", ...options("To", chosen) }, call)).toMatchObject({
      outcome: "done",
    });
    expect(mails.map(({ envelope }) => envelope.to)).toEqual([expected]);
    expect(mails[0]?.parsed.replyTo).toBeUndefined();
  });

  it("include a logged-in user by their id, even if their login has changed", async () => {
    const [renamed, successor] = [
      { ...user("robert"), uid: "1" },
      { ...user("bob"), uid: "2" },
    ];
    const { run, mails } = await mailHost({ people: [successor, renamed] });
    const actor = { username: "bob", realm: "realm1", resolver: "passwd", uid: "1", role: "user" };
    await run("sendmail", { emailconfig: "smtp1", To: "logged_in_user" }, { actor });
    expect(mails.map(({ envelope }) => envelope.to)).toEqual([["robert@example.com"]]);
  });

  it.each(kinds)("of replies can be %s", async (_who, chosen, call, expected) => {
    const { run, mails } = await mailHost({ admins, users, people: withPrivate });
    await run(
      "sendmail",
      { emailconfig: "smtp1", To: "email", "To email": "x@example.org", ...options("reply_to", chosen) },
      call,
    );
    expect(mails[0]?.parsed.replyTo?.value.map(({ address }) => address)).toEqual(expected);
  });

  // from apps/demo/test/fixtures/public-reports.json: U1, and similar cases
  it.each([
    ["there is no user", toOwner, { request: { user: undefined } }, "no token owner"],
    [
      "the user has no address",
      toOwner,
      { request: { user: { login: "bob", realm: "realm1" } } },
      'the attribute "email" of the token owner is empty',
    ],
    [
      "the attribute does not exist",
      { ...toOwner, "To tokenowner": "nosuchattribute" },
      {},
      'the token owner has no attribute "nosuchattribute"',
    ],
    [
      "the attribute is inherited by every object",
      { ...toOwner, "To tokenowner": "constructor" },
      {},
      'the token owner has no attribute "constructor"',
    ],
    ["nobody is logged in", { ...toOwner, To: "logged_in_user" }, {}, "no logged-in user"],
    [
      "a user without a realm has the name of an admin",
      { ...toOwner, To: "logged_in_user" },
      { actor: { username: "root", realm: "", role: "user" } },
      "no logged-in user",
    ],
    [
      "there is no such admin",
      { ...toOwner, To: "internal admin", "To internal admin": "toor" },
      {},
      "no internal admin",
    ],
    ["the realm is empty", { ...toOwner, To: "admin realm", "To admin realm": "realm2" }, {}, "in that realm"],
  ])("are empty if %s; the action then fails, and nothing is sent", async (_when, chosen, call, reason) => {
    const { run, mails } = await mailHost({ admins, users, people });
    expect(await run("sendmail", chosen, call as Partial<CallInput>)).toMatchObject({
      outcome: "failed",
      reason: expect.stringContaining(reason),
    });
    expect(mails).toEqual([]);
  });

  it.each([
    "a@demo.example,b@demo.example",
    "a@example.org, evil@example.org",
    "a@example.org\r\nBcc: evil@example.org",
    "<a@example.org>",
    "a b@example.org",
  ])("are never several from one attribute: %j", async (email) => {
    const { run, mails } = await mailHost({ people: [user("alice", { email })] });
    expect(await run("sendmail", toOwner)).toMatchObject({
      outcome: "failed",
      reason: 'the attribute "email" of the token owner is not a single mail address',
    });
    expect(mails).toEqual([]);
  });

  it("are left out if their address is not valid", async () => {
    const realm = [user("a", { email: "a@example..org" }), user("b", { email: "b\r\n@example.org" }), user("c")];
    const { run, mails } = await mailHost({ users: { usersOfRealm: () => realm } });
    await run("sendmail", { emailconfig: "smtp1", To: "admin realm", "To admin realm": "realm1" });
    expect(mails.map(({ envelope }) => envelope.to)).toEqual([["c@example.com"]]);
  });

  it("are limited in number; if there are more, nothing is sent", async () => {
    const many = Array.from({ length: 101 }, (_, index) => user(`user${index}`));
    const toRealm = { emailconfig: "smtp1", To: "admin realm", "To admin realm": "realm1" };
    const { run, mails } = await mailHost({ users: { usersOfRealm: () => many } });
    expect(await run("sendmail", toRealm)).toMatchObject({
      outcome: "failed",
      reason: "101 recipients exceed the limit of 100",
    });
    const toOne = { ...toOwner, reply_to: "admin realm", "reply_to admin realm": "realm1" };
    expect(await run("sendmail", toOne)).toMatchObject({ outcome: "failed" });
    expect(mails).toEqual([]);
    const exact = await mailHost({ users: { usersOfRealm: () => many }, recipientCap: 101 });
    expect(await exact.run("sendmail", toRealm)).toMatchObject({ outcome: "done", details: { accepted: 101 } });
  });

  it("that the server refuses are reported", async () => {
    const { run, mails } = await mailHost(
      {},
      {
        onRcptTo: ({ address }, _session, done) =>
          address.startsWith("gone") ? done(Object.assign(new Error("no such user"), { responseCode: 550 })) : done(),
      },
    );
    const to = (addresses: string) => ({ emailconfig: "smtp1", To: "email", "To email": addresses });
    expect(await run("sendmail", to("a@example.org, gone@example.org"))).toMatchObject({
      outcome: "done",
      details: { accepted: 1, rejected: ["gone@example.org"] },
    });
    expect(mails.map(({ envelope }) => envelope.to)).toEqual([["a@example.org"]]);
    expect(await run("sendmail", to("gone@example.org"))).toMatchObject({
      outcome: "failed",
      reason: 'SMTP server "smtp1" did not accept the message: REJECTED',
    });
  });
});

describe("an SMTP server", () => {
  it("that cannot be reached or does not exist makes the action fail", async () => {
    const { port, server } = await mailSink();
    await new Promise<void>((resolve) => server.close(resolve));
    const { run } = host({ mailers: { smtp1: mailer(port) } });
    expect(await run("sendmail", toOwner)).toMatchObject({
      outcome: "failed",
      reason: 'SMTP server "smtp1" did not accept the message: CONNECT_FAILED',
    });
    expect(await run("sendmail", { ...toOwner, emailconfig: "smtp2" })).toMatchObject({
      outcome: "failed",
      reason: 'there is no SMTP server "smtp2"',
    });
    expect(await run("sendmail", { ...toOwner, emailconfig: "constructor" })).toMatchObject({ outcome: "failed" });
  });

  it("can be used as soon as the host adds it", async () => {
    const { port, mails } = await mailSink();
    const servers = new Map<string, Mailer>();
    const { run, check } = host({
      mailers: { names: () => [...servers.keys()], find: async (name) => servers.get(name) },
    });
    expect(await check("sendmail", toOwner)).toMatchObject([{ code: "UNKNOWN_CHOICE", field: "options.emailconfig" }]);
    servers.set("smtp1", mailer(port));
    expect(await check("sendmail", toOwner)).toEqual([]);
    expect(await run("sendmail", toOwner)).toMatchObject({ outcome: "done" });
    expect(mails).toHaveLength(1);
  });
});

describe("header injection", () => {
  const evil = "x\r\nBcc: evil@example.org\r\n\r\nbody";
  const call: Partial<CallInput> = {
    actor: { username: evil, realm: evil },
    request: {
      path: evil,
      clientIp: evil,
      parameters: { serial: evil, container_serial: evil },
      headers: { "user-agent": evil },
      user: { login: "alice", realm: "realm1" },
    },
    response: {
      status: 200,
      body: {
        detail: {
          registrationcode: evil,
          pin: evil,
          googleurl: { value: evil, img: evil },
          pushurl: { value: evil, img: evil },
        },
        result: { value: { container_url: { value: evil, img: evil } } },
      },
    },
  };
  const people = [user("alice", { givenname: evil, surname: evil })];
  const poisoned = [
    "actor",
    "admin",
    "realm",
    "action",
    "serial",
    "user",
    "givenname",
    "surname",
    "recipient_givenname",
  ].concat(
    ["recipient_surname", "container_serial", "client_ip", "ua_string", "registrationcode", "pin", "googleurl_value"],
    ["pushurl_value", "container_url_value"],
  );
  const images = ["googleurl_img", "pushurl_img", "container_url_img"];

  it.each([...baseTags.keys()].filter((tag) => !images.includes(tag)))(
    "is not possible through {%s} in a subject",
    async (tag) => {
      const { run, mails } = await mailHost({ people });
      const entry = await run("sendmail", { ...toOwner, subject: `Token {${tag}}` }, call);
      expect(entry.outcome).toBe(poisoned.includes(tag) ? "failed" : "done");
      expect(mails).toHaveLength(poisoned.includes(tag) ? 0 : 1);
      // refused by the action, before the mailer could refuse it, and without showing the value
      const reason = `The value of {${tag}} has a control character and cannot be in a header.`;
      expect(entry.reason).toBe(poisoned.includes(tag) ? reason : undefined);
    },
  );

  it.each(["plain", "html"])("is not possible through any tag in a %s body", async (mimetype) => {
    const { run, mails } = await mailHost({ people });
    const body = [...baseTags.keys()].map((tag) => `{${tag}}`).join(" ");
    await run("sendmail", { ...toOwner, mimetype, body }, call);
    expect(mails[0]?.parsed.headers.has("bcc")).toBe(false);
    expect(mails[0]?.envelope.to).toEqual(["alice@example.com"]);
  });
});

describe("saving a binding", () => {
  const secretBody = { ...toOwner, body: "{serial} {googleurl_value}", subject: "{pin}", attach_qrcode: "1" };

  it("warns about secrets that are sent through a server that may not encrypt", async () => {
    const { port } = await mailSink();
    const { check } = host({ mailers: { smtp1: mailer(port) } });
    expect(await check("sendmail", secretBody)).toMatchObject(
      ["subject", "body", "attach_qrcode"].map((name) => ({
        severity: "warning",
        code: "SECRET_TAG",
        field: `options.${name}`,
        message: expect.stringContaining('SMTP server "smtp1" may receive it unencrypted'),
      })),
    );
    expect(await check("sendmail", { ...toOwner, body: "{serial}" })).toEqual([]);
  });

  it("does not warn about secrets that are sent through a server that always encrypts", async () => {
    const { port } = await mailSink(await selfSigned());
    const encrypting = createMailer({ host: "127.0.0.1", port, security: "starttls", sender: "mfa@example.org" });
    onTestFinished(() => encrypting.close());
    const { check } = host({ mailers: { smtp1: encrypting } });
    expect(await check("sendmail", secretBody)).toEqual([]);
  });

  it.each([
    ["no kind of recipients", { To: undefined }, "options.To"],
    ["an unknown kind of recipients", { To: "everybody" }, "options.To"],
    ["no server", { emailconfig: "" }, "options.emailconfig"],
    ["no realm", { To: "admin realm", "To admin realm": "" }, "options.To admin realm"],
    ["no admin", { To: "internal admin" }, "options.To internal admin"],
    ["no addresses", { To: "email" }, "options.To email"],
    [
      "a list that contains something other than addresses",
      { To: "email", "To email": "a@example.org, b" },
      "options.To email",
    ],
    ["no realm for replies", { reply_to: "admin realm" }, "options.reply_to admin realm"],
    ["an image in the subject", { subject: "{pushurl_img}" }, "options.subject"],
    ["a subject with two lines", { subject: "a\nb" }, "options.subject"],
    ["an unknown tag", { body: "{seriall}" }, "options.body"],
    ["another mimetype", { mimetype: "text" }, "options.mimetype"],
    ["a value that is not a boolean", { attach_qrcode: "yes" }, "options.attach_qrcode"],
    ["an unknown option", { cc: "a@example.org" }, "options.cc"],
  ])("reports %s as an error", async (_what, options, field) => {
    const users = { usersOfRealm: () => [] };
    const { check } = await mailHost({ users, admins: { find: () => undefined } });
    expect(await check("sendmail", { ...toOwner, ...options })).toMatchObject([{ severity: "error", field }]);
  });

  it.each(["internal admin", "admin realm"])(
    "reports the kind of recipients %s as an error on a host without it",
    async (kind) => {
      const { check } = await mailHost();
      const to = { emailconfig: "smtp1", To: kind, [`To ${kind}`]: "x" };
      expect(await check("sendmail", to)).toMatchObject([{ severity: "error", field: "options.To" }]);
      const replyTo = { ...toOwner, reply_to: kind, [`reply_to ${kind}`]: "x" };
      expect(await check("sendmail", replyTo)).toMatchObject([{ severity: "error", field: "options.reply_to" }]);
    },
  );

  it("offers names to choose from", async () => {
    const { check } = await mailHost({
      admins: { find: () => undefined, names: () => ["root"] },
      users: { usersOfRealm: () => [], realms: () => ["realm1"] },
    });
    const options = {
      emailconfig: "smtp",
      To: "internal admin",
      "To internal admin": "toor",
      reply_to: "admin realm",
      "reply_to admin realm": "realm",
    };
    const fields = ["emailconfig", "To internal admin", "reply_to admin realm"];
    expect(await check("sendmail", options)).toMatchObject(
      fields.map((name) => ({ code: "UNKNOWN_CHOICE", severity: "warning", field: `options.${name}` })),
    );
  });
});
