import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { addSenders, describeDomain } from "../../test/fixture.js";
import { openDomain, secretKey } from "../../test/open-domain.js";

describeDomain("a database whose key was lost", (prepared) => {
  it.each([
    ["a token", { type: "hotp", genkey: "1" }],
    ["a mail server", undefined],
  ])("is not opened with another one, if it holds %s", async (_, token) => {
    const { domain, url } = await prepared();
    if (token) await domain.tokens.init(token);
    else await addSenders(domain);
    const key = randomBytes(32);
    await expect(openDomain(url, { secretKey: key })).rejects.toMatchObject({ code: "DECRYPTION_FAILED" });
    for (const options of [{ secretKey }, { secretKey: key, formerKeys: [secretKey] }]) {
      await (await openDomain(url, options)).database.close();
    }
  });
});
