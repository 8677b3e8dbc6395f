import { mailSink } from "@bookend/test-kit/mail-sink";
import { postfixMissing, startPostfix } from "@bookend/test-kit/postfix";
import { describe, expect, it } from "vitest";
import { createMailer } from "./mailer.js";

const missing = postfixMissing();

describe.skipIf(missing)(`through a real Postfix${missing ? ` (skipped: ${missing})` : ""}`, () => {
  it("mails arrive over STARTTLS and SMTPS, but only after a login", { timeout: 60_000 }, async () => {
    const sink = await mailSink();
    const { port, smtpsPort, cert } = await startPostfix(sink.port, "alice", "pass word/ü");
    const server = { host: "127.0.0.1", sender: "bookend@bookend.test", tls: { ca: cert } };
    const login = { user: "alice", password: "pass word/ü" };
    const image = {
      filename: "OATH0001.png",
      contentType: "image/png",
      content: Buffer.from([137, 80, 78, 71]),
      cid: "token_image",
    };
    const mail = {
      to: ["Bob <bob@example.test>"],
      subject: "Grüße",
      text: ".\n..\nüber\n",
      html: '<img src="cid:token_image">',
    };

    const mailers = [
      createMailer({ ...server, ...login, port, security: "starttls" }),
      createMailer({ ...server, ...login, port: smtpsPort, security: "smtps" }),
    ];
    for (const mailer of mailers) {
      await mailer.verify();
      const arrived = sink.next();
      const receipt = await mailer.send({ ...mail, attachments: [image], replyTo: ["help@example.test"] });
      expect(receipt).toMatchObject({ accepted: ["bob@example.test"], rejected: [] });
      const { parsed, envelope } = await arrived;
      expect(envelope).toEqual({ from: "bookend@bookend.test", to: ["bob@example.test"] });
      expect(parsed).toMatchObject({
        subject: "Grüße",
        messageId: receipt.messageId,
        text: ".\n..\nüber\n",
        replyTo: { value: [{ address: "help@example.test" }] },
        attachments: [{ cid: "token_image", filename: "OATH0001.png", related: true, content: image.content }],
      });
      mailer.close();
    }

    const refused = [
      createMailer({ ...server, ...login, password: "wrong", port, security: "starttls" }),
      // Postfix offers AUTH only over TLS
      createMailer({ ...server, ...login, port, security: "smtp" }),
      createMailer({ ...server, port, security: "starttls" }),
      createMailer({ ...server, ...login, port, security: "starttls", tls: {} }),
    ];
    const codes = await Promise.all(
      refused.map(async (mailer) => {
        const code = await mailer.send(mail).then(
          () => "sent",
          (error: { code: string }) => error.code,
        );
        mailer.close();
        return code;
      }),
    );
    expect(codes).toEqual(["AUTH_FAILED", "AUTH_FAILED", "REJECTED", "TLS_FAILED"]);
    expect(sink.mails).toHaveLength(2);
  });
});
