import { once } from "node:events";
import { selfSigned } from "@bookend/test-kit/certificate";
import { smsCentre } from "@bookend/test-kit/sms-centre";
import smpp from "smpp";
import { describe, expect, it, onTestFinished } from "vitest";
import type { SmppGatewayConfig } from "../smpp/config.js";
import { smppGateway } from "./smpp-gateway.js";

const {
  ESME_RBINDFAIL = 0,
  ESME_RINVDSTADR = 0,
  ESME_RMSGQFUL = 0,
  ESME_RTHROTTLED = 0,
  ESME_RALYBND = 0,
} = smpp.errors;
const recipient = "+49 561-1111";

function gateway(config: Partial<SmppGatewayConfig>, now?: () => number) {
  const made = smppGateway(
    { kind: "smpp", host: "127.0.0.1", systemId: "bookend", password: "secret", reconnectMinMs: 1, ...config },
    { random: () => 0.5, ...(now && { now }) },
  );
  onTestFinished(() => made.close());
  return made;
}

/** A deliver_sm that is too short for the value of its last parameter, source_port. */
const truncated = Buffer.concat([new smpp.PDU("deliver_sm", {}).toBuffer(), Buffer.from("020a0000", "hex")]);
truncated.writeUInt32BE(truncated.length, 0);

/** Returns the error's code, or `sent`. */
async function outcome(sending: Promise<unknown>): Promise<string> {
  return sending.then(
    () => "sent",
    (error: { code: string }) => error.code,
  );
}

describe("messages that arrive", () => {
  it.each([
    ["a short text", "Your code: 123456", 1],
    ["a message with every extension character", "€ {} [] ~ \\ ^ |", 1],
    ["160 characters of GSM 03.38", "ä".repeat(160), 1],
    ["a long text", "0123456789".repeat(50), 4],
    ["a long text of extension characters", "€".repeat(200), 3],
    ["a Unicode text", "Привет, 世界 😀", 1],
    [
      "a long Unicode text, with surrogate pairs at the boundaries of the parts",
      `${"😀".repeat(100)}ж${"😀".repeat(60)}`,
      5,
    ],
  ])("%s", async (_what, text, parts) => {
    const centre = await smsCentre();
    const receipt = await gateway({ port: centre.port }).send({ to: recipient, text });
    expect(centre.received).toEqual([{ from: "", to: "+495611111", text }]);
    expect(receipt).toEqual({ parts, messageIds: Array.from({ length: parts }, (_, index) => `id${index + 1}`) });
    expect(centre.parts.map(({ data_coding }) => data_coding)).toEqual(
      Array(parts).fill(/[ж世😀]/u.test(text) ? 8 : 0),
    );
  });

  it("are sent with the configured bind and the configured addresses", async () => {
    const binds: smpp.PDU[] = [];
    const centre = await smsCentre({
      onBind(pdu) {
        binds.push(pdu);
        return 0;
      },
    });
    const configured = gateway({
      port: centre.port,
      bind: "transmitter",
      systemType: "OTP",
      sourceAddress: "Bookend",
      destinationTon: "2",
      destinationNpi: 8,
      rewrite: "/^\\+?(49)/00\\1/",
    });
    await configured.send({ to: "+49 (561) 1111", text: "x" });
    expect(binds).toMatchObject([
      { command: "bind_transmitter", system_id: "bookend", password: "secret", system_type: "OTP" },
    ]);
    expect(centre.parts).toMatchObject([
      {
        source_addr: "Bookend",
        source_addr_ton: 5,
        source_addr_npi: 0,
        destination_addr: "00495611111",
        dest_addr_ton: 2,
        dest_addr_npi: 8,
      },
    ]);
    const plain = gateway({ port: centre.port, sourceAddress: "491234", sourceNpi: 3 });
    await plain.send({ to: recipient, text: "x" });
    expect(centre.parts[1]).toMatchObject({
      source_addr_ton: 1,
      source_addr_npi: 3,
      dest_addr_ton: 1,
      dest_addr_npi: 1,
    });
    expect(binds[1]?.command).toBe("bind_transceiver");
  });

  it("are sent over TLS only if the certificate is trusted", async () => {
    const pair = await selfSigned();
    const centre = await smsCentre(pair);
    await gateway({ port: centre.port, tls: "true", tlsOptions: { ca: pair.cert } }).send({ to: recipient, text: "x" });
    expect(centre.received).toHaveLength(1);
    const untrusting = gateway({ port: centre.port, tls: true, timeoutMs: 500 });
    await expect(untrusting.send({ to: recipient, text: "x" })).rejects.toMatchObject({
      code: "CONNECT_FAILED",
      message: expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
    });
  });

  it("share one session and its window", async () => {
    let waiting = 0;
    let most = 0;
    const centre = await smsCentre({
      onSubmit(pdu, session) {
        most = Math.max(most, ++waiting);
        setImmediate(() => {
          waiting--;
          session.send(pdu.response({ message_id: "late" }));
        });
        return undefined;
      },
    });
    const limited = gateway({ port: centre.port, window: 3 });
    const text = "x".repeat(161);
    await Promise.all(Array.from({ length: 20 }, () => limited.send({ to: recipient, text })));
    expect(most).toBe(3);
    expect(centre.commands.filter((command) => command.startsWith("bind_"))).toHaveLength(1);
    expect(centre.commands.filter((command) => command === "submit_sm")).toHaveLength(40);
  });
});

describe("a refusal", () => {
  it.each([
    ["ESME_RTHROTTLED", ESME_RTHROTTLED, "THROTTLED"],
    ["ESME_RMSGQFUL", ESME_RMSGQFUL, "QUEUE_FULL"],
    ["ESME_RINVDSTADR", ESME_RINVDSTADR, "REJECTED"],
    ["0x00000499", 0x499, "REJECTED"],
  ])("with the status %s is reported", async (name, status, code) => {
    const centre = await smsCentre({ onSubmit: () => status });
    await expect(gateway({ port: centre.port }).send({ to: recipient, text: "canary" })).rejects.toMatchObject({
      code,
      message: `127.0.0.1: the SMS center refused the message: ${name}.`,
    });
  });

  it("in the middle of a long message stops it, and reports how many parts were sent", async () => {
    let count = 0;
    const centre = await smsCentre({ onSubmit: () => (++count === 3 ? ESME_RTHROTTLED : 0) });
    await expect(gateway({ port: centre.port }).send({ to: recipient, text: "x".repeat(700) })).rejects.toMatchObject({
      code: "THROTTLED",
      message: expect.stringContaining("2 of 5 parts were accepted."),
    });
    expect(count).toBe(3);
  });

  it("of the login is reported immediately, without the password", async () => {
    const centre = await smsCentre({ onBind: () => ESME_RBINDFAIL });
    await expect(
      gateway({ port: centre.port, password: "canary" }).send({ to: recipient, text: "x" }),
    ).rejects.toMatchObject({
      code: "AUTH_FAILED",
      message: "127.0.0.1: the SMS center refused the bind: ESME_RBINDFAIL.",
    });
  });

  it("of a bind for another reason is temporary: the message is sent after a later bind succeeds", async () => {
    let binds = 0;
    const centre = await smsCentre({ onBind: () => (++binds < 4 ? ESME_RALYBND : 0) });
    await gateway({ port: centre.port }).send({ to: recipient, text: "x" });
    expect([binds, centre.received.length]).toEqual([4, 1]);
  });

  it.each(["", "secret", "+49 561 1111; +49 561 2222", "12345678901234567890123", "+", "--help"])(
    "of the number %j is reported before anything is sent",
    async (to) => {
      await expect(gateway({ port: 9 }).send({ to, text: "x" })).rejects.toMatchObject({ code: "INVALID_NUMBER" });
    },
  );
});

describe("a bad connection", () => {
  it("that is lost in the middle of 100 messages loses no message silently", async () => {
    let count = 0;
    const centre = await smsCentre({
      onSubmit(_pdu, _session) {
        count += 1;
        if (count === 50) centre.kill();
        return count > 45 ? undefined : 0;
      },
    });
    const sender = gateway({ port: centre.port, timeoutMs: 1500 });
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () => outcome(sender.send({ to: recipient, text: "x" }))),
    );
    expect(outcomes).toHaveLength(100);
    expect(outcomes.filter((code) => code === "sent")).toHaveLength(45);
    expect(centre.received).toHaveLength(45);
    // messages that had been transmitted when the connection was lost are uncertain; the others were not sent
    expect(new Set(outcomes)).toEqual(new Set(["sent", "CONNECTION_LOST", "CONNECT_FAILED"]));
    expect(outcomes.filter((code) => code === "CONNECTION_LOST").length).toBeLessThanOrEqual(10);
  });

  it("that comes back is used again, even by messages that are already waiting", async () => {
    const first = await smsCentre();
    const sender = gateway({ port: first.port });
    await sender.send({ to: recipient, text: "1" });
    first.kill();
    const waiting = sender.send({ to: recipient, text: "2" });
    const second = await smsCentre({ port: first.port });
    expect(["sent", "CONNECTION_LOST"]).toContain(await outcome(waiting));
    await sender.send({ to: recipient, text: "3" });
    expect(second.received.at(-1)?.text).toBe("3");
  });

  it("that never comes back makes messages fail in time, with the reason", async () => {
    const centre = await smsCentre();
    centre.kill();
    await expect(
      gateway({ port: centre.port, timeoutMs: 100 }).send({ to: recipient, text: "x" }),
    ).rejects.toMatchObject({
      code: "CONNECT_FAILED",
      message: expect.stringMatching(/not sent.*ECONNREFUSED/),
    });
  });

  it("without a response makes the message fail in time, and keeps the session", async () => {
    let count = 0;
    const centre = await smsCentre({ onSubmit: () => (++count === 1 ? undefined : 0) });
    const sender = gateway({ port: centre.port, timeoutMs: 500 });
    expect(await outcome(sender.send({ to: recipient, text: "1" }))).toBe("TIMEOUT");
    expect(await outcome(sender.send({ to: recipient, text: "2" }))).toBe("sent");
    expect(centre.commands.filter((command) => command.startsWith("bind_"))).toHaveLength(1);
  });

  it("without a response to enquire_link is closed and replaced", async () => {
    const centre = await smsCentre({ answersEnquiries: false });
    const sender = gateway({ port: centre.port, enquireLinkMs: 20, timeoutMs: 500 });
    await sender.send({ to: recipient, text: "1" });
    await centre.nextSession();
    await sender.send({ to: recipient, text: "2" });
    expect(centre.received).toHaveLength(2);
  });

  it("with responses to enquire_link is kept", async () => {
    const centre = await smsCentre();
    const sender = gateway({ port: centre.port, enquireLinkMs: 5 });
    await sender.send({ to: recipient, text: "1" });
    const [session] = centre.sessions;
    for (let count = 0; count < 5; count++) if (session) await once(session, "enquire_link");
    expect(centre.commands.filter((command) => command.startsWith("bind_"))).toHaveLength(1);
  });

  it.each([
    ["a length of zero", "00000000"],
    ["a length shorter than the header", "0000000f80000004"],
    ["a huge length", "7fffffff80000004"],
    ["a parameter that is too short", truncated.toString("hex")],
    ["garbage", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n").toString("hex")],
  ])("with %s is closed and replaced", async (_what, hex) => {
    const centre = await smsCentre({
      onSubmit(_pdu, { socket }) {
        if (centre.parts.length > 0) return 0;
        centre.parts.push(_pdu);
        socket.write(Buffer.from(hex.replaceAll(" ", ""), "hex"));
        return undefined;
      },
    });
    const sender = gateway({ port: centre.port });
    await expect(sender.send({ to: recipient, text: "1" })).rejects.toMatchObject({
      code: "CONNECTION_LOST",
      message: expect.stringContaining("malformed PDU"),
    });
    expect(await outcome(sender.send({ to: recipient, text: "2" }))).toBe("sent");
  });

  it("with garbage right after a response is closed, and the response counts", async () => {
    const centre = await smsCentre({
      onSubmit(pdu, { socket }) {
        socket.write(Buffer.concat([pdu.response({ message_id: "id" }).toBuffer(), Buffer.alloc(16)]));
        return undefined;
      },
    });
    const sender = gateway({ port: centre.port });
    expect(await sender.send({ to: recipient, text: "1" })).toEqual({ messageIds: ["id"], parts: 1 });
    await centre.nextSession();
  });
});

describe("a request from an SMS center", () => {
  it("is answered: enquire_link, deliver_sm, data_sm, an unknown command, unbind", async () => {
    const centre = await smsCentre();
    const sender = gateway({ port: centre.port });
    await sender.send({ to: recipient, text: "1" });
    const [session] = centre.sessions;
    if (!session) throw new Error("no session");
    for (const command of ["enquire_link", "deliver_sm", "data_sm", "cancel_sm"]) {
      const answered = once(session, "pdu");
      session.send(new smpp.PDU(command, {}));
      const [pdu] = (await answered) as [smpp.PDU];
      expect(pdu.command).toBe(command === "cancel_sm" ? "generic_nack" : `${command}_resp`);
    }
    const again = centre.nextSession();
    session.send(new smpp.PDU("unbind", {}));
    await once(session, "unbind_resp");
    await again;
    await sender.send({ to: recipient, text: "2" });
    expect(centre.received).toHaveLength(2);
  });
});

describe("sending ends", () => {
  it("by the caller's signal", async () => {
    const controller = new AbortController();
    const centre = await smsCentre({
      onSubmit() {
        controller.abort();
        return undefined;
      },
    });
    const sender = gateway({ port: centre.port });
    expect(await outcome(sender.send({ to: recipient, text: "x", signal: controller.signal }))).toBe("ABORTED");
    expect(await outcome(sender.send({ to: recipient, text: "x", signal: controller.signal }))).toBe("ABORTED");
  });

  it("by close, which waits for messages that are being sent, unbinds, and accepts no more", async () => {
    const centre = await smsCentre();
    const sender = gateway({ port: centre.port });
    const sent = sender.send({ to: recipient, text: "x" });
    await sender.close();
    expect(await outcome(sent)).toBe("sent");
    expect(centre.commands).toEqual(["bind_transceiver", "submit_sm", "unbind"]);
    expect(await outcome(sender.send({ to: recipient, text: "x" }))).toBe("CLOSED");
  });

  it("by close even if the SMS center does not respond", async () => {
    const centre = await smsCentre();
    centre.kill();
    const sender = gateway({ port: centre.port, reconnectMinMs: 3_600_000, reconnectMaxMs: 3_600_000, timeoutMs: 50 });
    const sent = outcome(sender.send({ to: recipient, text: "x" }));
    await sender.close();
    expect(await sent).toBe("CONNECT_FAILED");
  });
});

describe("the deadline", () => {
  it("counts from submission: a message that waits for the window fails in time, and is not sent later", async () => {
    let time = 0;
    const centre = await smsCentre({
      // the deadlines of all three messages end together, whichever timer fires first
      onSubmit() {
        time = 200;
        return undefined;
      },
    });
    const sender = gateway({ port: centre.port, window: 1, timeoutMs: 60_000, deadlineMs: 200 }, () => time);
    const started = performance.now();
    const ends = await Promise.allSettled(["1", "2", "3"].map((text) => sender.send({ to: recipient, text })));
    // only for the submitted message is it unknown whether it was accepted
    expect(ends).toMatchObject([
      { reason: { code: "TIMEOUT", uncertain: true } },
      { reason: { code: "TIMEOUT", uncertain: false } },
      { reason: { code: "TIMEOUT", uncertain: false } },
    ]);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(centre.commands.filter((command) => command === "submit_sm")).toHaveLength(1);
  });

  it("and the caller's signal report that a message that waits for the window was not sent", async () => {
    const centre = await smsCentre({ onSubmit: () => undefined });
    const sender = gateway({ port: centre.port, window: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    const first = sender.send({ to: recipient, text: "1", signal });
    const second = sender.send({ to: recipient, text: "2", signal });
    await expect.poll(() => centre.commands).toContain("submit_sm");
    controller.abort();
    expect(await Promise.allSettled([first, second])).toMatchObject([
      { reason: { code: "ABORTED", uncertain: true } },
      { reason: { code: "ABORTED", uncertain: false } },
    ]);
    expect(sender.longestMs).toBe(30_000);
  });
});

describe("configuration", () => {
  it.each([
    [{ port: 0 }, "port"],
    [{ systemId: "" }, "systemId"],
    [{ password: "pass\nword-canary" }, "password"],
    [{ bind: "receiver" }, "bind"],
    [{ sourceTon: 7 }, "sourceTon"],
    [{ rewrite: "+49" }, 'rewrite: "+49" is not a rule. Allowed: /pattern/replacement/'],
    [{ rewrite: "/(?=a)/b/" }, "rewrite: Look-around"],
    [{ rewrite: "/a/\\1/" }, "rewrite: The pattern has no group \\1"],
    [{ window: 0 }, "window"],
    [{ defaultCountry: "Germany" }, "defaultCountry"],
    [{ deadlineMs: 0 }, "deadlineMs"],
  ])("refuses %j", (part, message) => {
    expect(() => gateway(part as Partial<SmppGatewayConfig>)).toThrowError(
      expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringContaining(message) }),
    );
    expect(() => gateway(part as Partial<SmppGatewayConfig>)).toThrowError(/^(?!.*canary)/);
  });
});
