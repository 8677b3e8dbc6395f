import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";
import { openDomain, secretKey } from "../../test/open-domain.js";
import type { Domain } from "../domain.js";
import { createVault } from "./vault.js";

describeDomain("a database with a lost key", (prepared) => {
  const held: [string, (domain: Domain) => Promise<unknown>][] = [
    ["a token", ({ tokens }) => tokens.init({ type: "hotp", genkey: "1" })],
    ["a mail server", ({ smtpServers }) => smtpServers.save({ name: "m", host: "127.0.0.1", password: "secret" })],
    [
      "an SMS gateway",
      ({ smsGateways }) => smsGateways.save({ name: "g", provider: "http", secrets: { P: "secret" } }),
    ],
  ];
  it.each(held)("is not opened with a different key if it contains %s", async (_, hold) => {
    const { domain, url } = await prepared();
    await hold(domain);
    const key = randomBytes(32);
    await expect(openDomain(url, { secretKey: key })).rejects.toMatchObject({ code: "DECRYPTION_FAILED" });
    for (const options of [{ secretKey }, { secretKey: key, formerKeys: [secretKey] }]) {
      await (await openDomain(url, options)).database.close();
    }
  });

  it("is not opened with a different key if it contains the password of a resolver", async () => {
    const { url, database } = await prepared();
    const sealed = createVault([secretKey], randomBytes).seal("secret", "the password of resolver directory");
    // a resolver is saved only if its server can be reached
    await database.db
      .insertInto("resolver")
      .values({ name: "directory", type: "ldapresolver", settings: "{}", secret_sealed: sealed })
      .execute();
    await expect(openDomain(url, { secretKey: randomBytes(32) })).rejects.toMatchObject({ code: "DECRYPTION_FAILED" });
    await (await openDomain(url, { secretKey })).database.close();
  });
});
