import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createMailer } from "@bookend/messaging";
import { expect, it, onTestFinished } from "vitest";
import { mailerConfig } from "./mailer-config.js";

const stored = {
  name: "mail",
  description: "",
  host: "127.0.0.1",
  protocol: "smtp",
  startTls: "never",
  username: "",
  password: "",
  sender: "bookend@example.org",
  poolSize: 1,
} as const;

it("a mail that waits for a connection to a stored server fails within its deadline, counted from its submission", async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const mailer = createMailer(mailerConfig({ ...stored, port, timeout: 1 }));
  onTestFinished(() => {
    mailer.close();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const message = { to: ["alice@example.org"], subject: "OTP", text: "1" };
  const failures = await Promise.all(
    Array.from({ length: 8 }, () => mailer.send(message).catch((error: unknown) => error)),
  );
  // one connection that takes a second for each mail: without deadlines, the last one would fail after eight seconds
  expect(failures.at(-1)).toMatchObject({
    code: "TIMEOUT",
    message: "127.0.0.1: not completed within 3000 ms of being submitted.",
  });
  expect(sockets.length).toBeLessThan(8);
});

it("the deadline of a mail is three times the timeout of its server", () => {
  expect(mailerConfig({ ...stored, port: 25, timeout: 10 })).toMatchObject({ timeoutMs: 10_000, deadlineMs: 30_000 });
  expect(mailerConfig({ ...stored, port: 25, timeout: 60 })).toMatchObject({ timeoutMs: 60_000, deadlineMs: 180_000 });
});
