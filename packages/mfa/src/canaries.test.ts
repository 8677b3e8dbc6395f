import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { addUsers, alice } from "../test/fixture.js";
import { openDomain } from "../test/open-domain.js";

it("the database files contain no secret in plain text", async () => {
  const directory = mkdtempSync(join(tmpdir(), "bookend-canaries-"));
  const { domain, database, mails } = await openDomain(`sqlite:${join(directory, "canaries.db")}`);
  await addUsers(domain);
  const { tokens, admins, users, smtpServers, smsGateways, authentication } = domain;
  await admins.save("admin", { password: "canary-admin-password" });
  await users.update(alice, { password: "canary-user-password" });
  await smtpServers.save({ name: "m", host: "h", password: "canary-smtp-password" });
  await smsGateways.save({ name: "g", provider: "http", secrets: { P: "canary-sms-password" } });
  await tokens.init({ type: "pw", otpkey: "canary-token-password", pin: "canary-pin" }, alice);
  const key = Buffer.from("canary-otp-key-20byt").toString("hex");
  const shown = [
    await tokens.init({ otpkey: key, serial: "H", pin: "canary-pin-2" }, alice),
    await tokens.init({ type: "totp", genkey: 1 }, alice),
    await tokens.init({ type: "registration" }, alice),
    await tokens.init({ type: "email", serial: "E" }, alice),
    await tokens.init({ type: "paper", otplen: "8" }, alice),
    await tokens.init({ type: "tan", otplen: "8" }, alice),
    await tokens.init({ type: "applspec", service_id: "mail" }, alice),
    await tokens.init({ type: "push" }, alice),
    await tokens.init({ type: "hotp", "2stepinit": "1" }, alice),
  ];
  await authentication.triggerChallenge({ serial: "E" });
  await authentication.check({ user: alice, pass: "canary-pass" });
  const lost = await tokens.lost("H");
  const code = /\d{6}/.exec(mails[0]?.text ?? "")?.[0] ?? "none";
  const canaries = [
    "canary",
    key,
    Buffer.from("canary").toString("base64"),
    lost.password,
    code,
    ...shown.flatMap((detail) => [
      detail.registrationcode,
      detail.otpkey?.value_b32,
      detail.otpkey?.value.slice("seed://".length),
      detail.password,
      detail.enrollment_credential,
      ...Object.values(detail.otps ?? {}).slice(0, 1),
    ]),
  ].filter((canary) => typeof canary === "string");
  expect(canaries).toHaveLength(16);

  await sql`pragma wal_checkpoint(truncate)`.execute(database.db);
  await database.close();
  const files = readdirSync(directory).map((name) => readFileSync(join(directory, name)));
  rmSync(directory, { recursive: true });
  expect(files.some((file) => file.includes("alice@example.com"))).toBe(true);
  for (const canary of canaries) {
    for (const file of files) expect(file.includes(canary), `the file contains ${canary}`).toBe(false);
  }
});
