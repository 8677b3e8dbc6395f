import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handlerTests, startHttpPeer, startSmtpSink } from "@bookend/conformance";
import { createHttpClient } from "@bookend/http-client";
import { createMailer, httpGateway } from "@bookend/messaging";
import { describe, it } from "vitest";
import { userNotification } from "../src/index.js";

async function startMail() {
  const sink = await startSmtpSink();
  const { host, port } = sink;
  const mailer = createMailer({ host, port, security: "starttls-optional", sender: "mfa@example.org" });
  return {
    ...sink,
    mailer,
    async stop() {
      mailer.close();
      await sink.stop();
    },
  };
}

async function startSms() {
  const http = await startHttpPeer();
  const client = createHttpClient({ allow: ["127.0.0.1"] });
  const gateway = httpGateway(
    { kind: "http", url: http.url, parameters: { to: "{phone}", text: "{otp}" } },
    { http: client },
  );
  return { ...http, gateway, identities: () => [] };
}

async function startSpool() {
  const path = await mkdtemp(join(tmpdir(), "bookend-conformance-"));
  return { path, stop: () => rm(path, { recursive: true, force: true }) };
}

const tests = handlerTests(
  ({ mail, sms, spool }) =>
    userNotification({
      mailers: { smtp1: mail.mailer },
      smsGateways: { gw1: sms.gateway },
      spoolDirectory: spool.path,
    }),
  {
    peers: { mail: startMail, sms: startSms, spool: startSpool },
    actions: {
      sendmail: {
        options: {
          emailconfig: "smtp1",
          To: "tokenowner",
          subject: "Hello {user}",
          mimetype: "plain",
          body: "{user}: {action}",
        },
      },
      sendsms: { options: { smsconfig: "gw1", To: "tokenowner", body: "{user}: {action}" } },
      savefile: { options: { filename: "{random}.txt", body: "{user}: {action}" } },
    },
    readme: new URL("../README.md", import.meta.url),
    nodeArguments: ["--conditions=@bookend/source", "--import=tsx"],
  },
);

describe("userNotification passes the conformance kit", () => {
  for (const { name, run } of tests) it(name, run);
});
