import { mailSink } from "@bookend/test-kit/mail-sink";
import { describe, expect, it, onTestFinished } from "vitest";
import { createMailer } from "../mailer.js";
import { type SmtpGatewayConfig, smtpGateway } from "./smtp-gateway.js";

async function setup(config: Partial<SmtpGatewayConfig>) {
  const { mails, port } = await mailSink();
  const mailer = createMailer({ host: "127.0.0.1", port, sender: "bookend@example.org" });
  onTestFinished(() => mailer.close());
  const gateway = smtpGateway(
    { kind: "smtp", server: "mail", recipient: "{phone}@sms.example.org", ...config },
    { mailer },
  );
  return { mails, gateway };
}

describe("smtpGateway", () => {
  it("mails number and text, in recipient, subject and body", async () => {
    const { mails, gateway } = await setup({
      sender: "sms@example.org",
      subject: "key:{phone}:{otp}",
      body: "{message} {phone} {{otp}}",
      rewrite: "/^\\+/00/",
    });
    const receipt = await gateway.send({ to: "+49 561 1111", text: "Code {phone} 1" });
    expect(mails).toMatchObject([
      {
        envelope: { from: "sms@example.org", to: ["00495611111@sms.example.org"] },
        parsed: {
          subject: "key:00495611111:Code {phone} 1",
          text: "Code {phone} 1 00495611111 {Code {phone} 1}\n",
          messageId: receipt.messageIds?.[0],
        },
      },
    ]);
  });

  it("uses the number as subject and the text as body by default", async () => {
    const { mails, gateway } = await setup({});
    await gateway.send({ to: "+49 561 1111", text: "Code\n1" });
    expect(mails[0]?.parsed).toMatchObject({ subject: "+495611111", text: "Code\n1\n" });
    expect(mails[0]?.envelope.from).toBe("bookend@example.org");
  });

  it("does not let number or text change another header or recipient", async () => {
    const { mails, gateway } = await setup({ subject: "{message}" });
    await expect(gateway.send({ to: "+495611111", text: "a\r\nBcc: eve@example.org" })).rejects.toMatchObject({
      code: "INVALID_HEADER",
    });
    await expect(gateway.send({ to: "eve@example.org, 1", text: "a" })).rejects.toMatchObject({
      code: "INVALID_NUMBER",
    });
    await expect(gateway.send({ to: "Eve <eve@example.org>", text: "a" })).rejects.toMatchObject({
      code: "INVALID_NUMBER",
    });
    const { gateway: open } = await setup({ recipient: "{message}@sms.example.org" });
    await expect(open.send({ to: "+495611111", text: "eve@example.org, x" })).rejects.toMatchObject({
      code: "INVALID_ADDRESS",
    });
    expect(mails).toEqual([]);
  });
});
