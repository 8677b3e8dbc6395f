import { once } from "node:events";
import { createServer } from "node:net";
import { createMailer, smppGateway } from "@bookend/messaging";
import { expect, it, onTestFinished } from "vitest";
import { startMailSink } from "./mail-sink.js";
import { startSmsCentre } from "./sms-centre.js";

async function mailSink(capacity?: number) {
  const sink = await startMailSink({ capacity });
  const mailer = createMailer({ host: "127.0.0.1", port: sink.port, sender: "Bookend <a@demo.example>" });
  onTestFinished(async () => {
    mailer.close();
    await sink.close();
  });
  return { sink, mailer };
}

it("the mail sink shows mails with all of their parts, newest first", async () => {
  const { sink, mailer } = await mailSink();
  await mailer.send({ to: ["b@demo.example"], subject: "first", text: "plain" });
  await mailer.send({
    to: ["c@demo.example", "d@demo.example"],
    replyTo: ["e@demo.example"],
    subject: "Grüße",
    html: '<img src="cid:token_image">',
    attachments: [{ filename: "x.png", contentType: "image/png", content: Buffer.from("png"), cid: "token_image" }],
  });
  const [second, first] = sink.list();
  expect(first).toMatchObject({ subject: "first", text: expect.stringMatching(/^plain/), html: "", attachments: [] });
  expect(second).toMatchObject({
    from: "a@demo.example",
    to: ["c@demo.example", "d@demo.example"],
    subject: "Grüße",
    // the image is still a reference to the attachment, as a mail client would receive it
    html: expect.stringContaining("cid:token_image"),
    headers: { from: "Bookend <a@demo.example>", "reply-to": "e@demo.example" },
    attachments: [{ filename: "x.png", contentType: "image/png", cid: "token_image", size: 3 }],
  });
  expect(sink.attachment(second?.id ?? 0, 0)?.toString()).toBe("png");
  expect(sink.attachment(second?.id ?? 0, 1)).toBeUndefined();
});

it("the mail sink starts and stops any number of times, one after the other, on the same port", async () => {
  const { sink, mailer } = await mailSink();
  await Promise.all([sink.start(), sink.stop(), sink.start(), sink.start()]);
  await mailer.send({ to: ["b@demo.example"], subject: "after", text: "x" });
  expect(sink.list()).toHaveLength(1);
  await Promise.all([sink.stop(), sink.stop()]);
  expect(sink.running).toBe(false);
  const occupant = createServer().listen(sink.port, "127.0.0.1");
  await once(occupant, "listening");
  await expect(sink.start()).rejects.toThrow("EADDRINUSE");
  occupant.close();
  await once(occupant, "close");
  await sink.start();
  expect(sink.running).toBe(true);
});

it("the mail sink keeps the newest mails, up to its capacity", async () => {
  const { sink, mailer } = await mailSink(2);
  for (const subject of ["1", "2", "3"]) await mailer.send({ to: ["b@demo.example"], subject, text: "x" });
  expect(sink.list().map((mail) => mail.subject)).toEqual(["3", "2"]);
});

it("the SMS center shows complete messages, newest first, including long ones with any character", async () => {
  const centre = await startSmsCentre();
  const gateway = smppGateway({
    kind: "smpp",
    host: "127.0.0.1",
    port: centre.port,
    systemId: "demo",
    sourceAddress: "Bookend",
  });
  onTestFinished(async () => {
    await gateway.close();
    await centre.close();
  });
  const texts = ["short", "GSM: {}[]~€ äöü @£$", "Ж".repeat(200), "x".repeat(500), `${"emoji 🎉 ".repeat(30)}`];
  for (const text of texts) await gateway.send({ to: "+12025550101", text });
  expect(centre.list().map((sms) => sms.text)).toEqual([...texts].reverse());
  expect(centre.list()[0]).toMatchObject({ from: "Bookend", to: "+12025550101" });
});
