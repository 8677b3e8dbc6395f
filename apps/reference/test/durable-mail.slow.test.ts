import { createBookend, createCall, memoryBindings } from "@bookend/core";
import { userNotification } from "@bookend/handler-usernotification";
import { createMailer } from "@bookend/messaging";
import { generateAuditKey, generateOutboxKey, openDatabase, openOutbox, openStore } from "@bookend/store-sql";
import { mailSink } from "@bookend/test-kit/mail-sink";
import { postfixMissing, startPostfix } from "@bookend/test-kit/postfix";
import { describe, expect, it, onTestFinished, vi } from "vitest";

const missing = postfixMissing();

describe.skipIf(missing)(`mail through a real Postfix${missing ? ` (skipped: ${missing})` : ""}`, () => {
  it("that is stopped and restarted arrives once", { timeout: 60_000 }, async () => {
    const sink = await mailSink();
    const postfix = await startPostfix(sink.port, "alice", "pass word");
    const mailer = createMailer({
      host: "127.0.0.1",
      port: postfix.port,
      security: "starttls",
      tls: { ca: postfix.cert },
      user: "alice",
      password: "pass word",
      sender: "bookend@bookend.test",
    });
    onTestFinished(() => mailer.close());
    const database = await openDatabase<object>({ url: "sqlite::memory:" });
    onTestFinished(() => database.close());
    const store = await openStore({ database, auditKey: generateAuditKey() });
    onTestFinished(() => store.close());
    let time = Date.now();
    const clock = () => new Date(time);
    const keys = [generateOutboxKey("test")];
    const outbox = openOutbox({ database, audit: store.audit, keys, pollMs: 5, clock, random: () => 0 });
    onTestFinished(() => outbox.close({ graceMs: 0 }));
    const handlers = [userNotification({ mailers: { office: mailer }, smsGateways: {} })];
    const bookend = createBookend({ handlers, bindings: memoryBindings(), audit: store.audit, outbox });
    await outbox.start();
    await bookend.bindings.add({
      name: "tell bob",
      events: ["e"],
      handler: "UserNotification",
      action: "sendmail",
      delivery: "durable",
      options: {
        emailconfig: "office",
        To: "email",
        "To email": "bob@example.test",
        body: "Hello",
        retry_schedule: "1s, 1s, 1s",
      },
    });
    const call = () => bookend.handle(createCall({ event: "e" }), () => ({ status: 200, body: {} }));
    const delivery = async () => (await outbox.list()).deliveries[0];
    const afterTries = (count: number) =>
      vi.waitUntil(async () => (await outbox.get((await delivery())?.id ?? ""))?.attempts.length === count, {
        timeout: 20_000,
        interval: 10,
      });

    // the first mail leaves the mailer with an open connection, which Postfix closes when it stops
    await call();
    await vi.waitUntil(() => sink.mails.length === 1, { timeout: 20_000 });
    await postfix.stop();
    await call();
    await afterTries(1);
    time += 1_000;
    await afterTries(2);
    expect(await delivery()).toMatchObject({ state: "waiting", attempt: 2 });
    await postfix.start();
    const arrived = sink.next();
    time += 1_000;
    const { parsed } = await arrived;
    await afterTries(3);
    const { id = "", state } = (await delivery()) ?? {};
    expect(state).toBe("sent");
    expect(parsed).toMatchObject({ messageId: `<${id}@bookend.invalid>`, text: "Hello\n" });
    expect(sink.mails).toHaveLength(2);
    const { attempts = [] } = (await outbox.get(id)) ?? {};
    expect(attempts.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "sent"]);
  });
});
