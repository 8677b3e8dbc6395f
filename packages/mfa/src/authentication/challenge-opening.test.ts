import { expect, it } from "vitest";
import { addSenders, alice, bob, carol, describeDomain, rfcKey, rfcOtps } from "../../test/fixture.js";

describeDomain("authentication by challenges", (prepared) => {
  const codeIn = (text = "") => /\d{6,8}/.exec(text)?.[0] ?? "";

  it("sends a code by mail when only the PIN is given, and accepts the code only once", async () => {
    const { domain, mails } = await prepared();
    await addSenders(domain);
    await domain.tokens.init({ type: "email", serial: "E", email: "a@example.com", pin: "1234" }, alice);
    const challenge = await domain.authentication.check({ user: alice, pass: "1234" });
    const id = challenge.detail.transaction_id ?? "";
    expect(id).toMatch(/^\d{20}$/);
    const message = "Enter the code that was sent to you by mail.";
    const one = { serial: "E", type: "email", message, client_mode: "interactive", attributes: null, image: "" };
    expect(challenge).toMatchObject({
      value: false,
      authentication: "CHALLENGE",
      detail: {
        ...one,
        messages: [message],
        transaction_id: id,
        transaction_ids: [id],
        multi_challenge: [{ ...one, transaction_id: id }],
        preferred_client_mode: "interactive",
      },
    });
    expect(mails).toMatchObject([{ server: "mail1", to: "a@example.com", subject: "Your one-time code" }]);

    const answer = { user: alice, transactionId: id };
    expect(await domain.authentication.check({ ...answer, pass: "000000" })).toMatchObject({
      authentication: "REJECT",
      detail: { message: "Response did not match the challenge.", serial: "E" },
    });
    expect((await domain.tokens.require("E")).failCount).toBe(1);
    const code = codeIn(mails[0]?.text);
    expect(await domain.authentication.check({ ...answer, pass: code })).toMatchObject({
      value: true,
      detail: { message: "Found matching challenge", serial: "E" },
    });
    expect((await domain.authentication.check({ ...answer, pass: code })).value).toBe(false);
    expect(await domain.challenges.list()).toEqual([]);
  });

  it("also accepts PIN and code in one string, but only once", async () => {
    const { domain, mails } = await prepared();
    await addSenders(domain);
    await domain.tokens.init({ type: "email", serial: "E", email: "a@example.com", pin: "1234" }, alice);
    await domain.authentication.check({ user: alice, pass: "1234" });
    const pass = `1234${codeIn(mails[0]?.text)}`;
    expect((await domain.authentication.check({ user: alice, pass })).value).toBe(true);
    expect((await domain.authentication.check({ user: alice, pass })).value).toBe(false);
  });

  it("rejects a code after two minutes", async () => {
    const { domain, mails, wait } = await prepared();
    await addSenders(domain);
    await domain.tokens.init({ type: "email", serial: "E" }, alice);
    const { detail } = await domain.authentication.check({ user: alice, pass: "" });
    wait(120);
    const pass = codeIn(mails[0]?.text);
    const transactionId = detail.transaction_id;
    expect((await domain.authentication.check({ user: alice, pass, transactionId })).value).toBe(false);
    expect(await domain.directories.challenges.of("E", transactionId)).toHaveLength(1);
    expect(await domain.challenges.deleteExpired()).toBe(1);
  });

  it("rejects the response to another user's challenge", async () => {
    const { domain, mails } = await prepared();
    await addSenders(domain);
    await domain.tokens.init({ type: "email", serial: "EA" }, alice);
    await domain.tokens.init({ type: "email", serial: "EB" }, bob);
    const { detail } = await domain.authentication.check({ user: alice, pass: "" });
    const pass = codeIn(mails[0]?.text);
    const transactionId = detail.transaction_id;
    expect((await domain.authentication.check({ user: bob, pass, transactionId })).value).toBe(false);
    expect((await domain.authentication.check({ user: alice, pass, transactionId })).value).toBe(true);
  });

  it("opens one transaction for several tokens, which ends with the response to any of them", async () => {
    const { domain, mails, texts } = await prepared();
    await addSenders(domain);
    await domain.tokens.init({ type: "email", serial: "E" }, alice);
    await domain.tokens.init({ type: "sms", serial: "S", otplen: "8" }, alice);
    const { value, detail } = await domain.authentication.triggerChallenge({ user: alice });
    expect(value).toBe(2);
    expect(detail.multi_challenge?.map(({ serial, type }) => [serial, type])).toEqual([
      ["E", "email"],
      ["S", "sms"],
    ]);
    expect(mails).toHaveLength(1);
    expect(texts).toMatchObject([{ gateway: "gateway1", to: "+49 151 1111" }]);
    const transactionId = detail.transaction_id ?? "";
    expect(await domain.authentication.pollTransaction(transactionId)).toEqual({
      value: false,
      status: "pending",
      serials: ["E", "S"],
    });
    const answer = (text = "") => domain.authentication.check({ user: alice, transactionId, pass: codeIn(text) });
    expect(await answer(texts[0]?.text)).toMatchObject({ value: true, detail: { serial: "S", otplen: 8 } });
    expect((await answer(mails[0]?.text)).value).toBe(false);
  });

  it("reads dynamic addresses when it sends a code", async () => {
    const { domain, mails, texts } = await prepared();
    await addSenders(domain);
    await domain.tokens.init({ type: "email", serial: "E", dynamic_email: "1" }, alice);
    await domain.tokens.init({ type: "sms", serial: "S", dynamic_phone: true }, alice);
    await domain.users.setAttribute(alice, "email", "new@example.com");
    await domain.users.update(alice, { username: "alice2", mobile: "+49 151 2222" });
    await domain.authentication.triggerChallenge({ user: { login: "alice2", realm: "realm1" } });
    expect(mails.map((mail) => mail.to)).toEqual(["new@example.com"]);
    expect(texts.map((sms) => sms.to)).toEqual(["+49 151 2222"]);
  });

  it("sends through the server that the token names, otherwise through the system's, with the system's message", async () => {
    const { domain, mails } = await prepared();
    await addSenders(domain);
    await domain.smtpServers.save({ name: "mail2", host: "127.0.0.1" });
    await domain.tokens.init({ type: "email", serial: "E1", smtp_identifier: "mail2" }, alice);
    await domain.tokens.init({ type: "email", serial: "E2" }, bob);
    await domain.authentication.check({ user: alice, pass: "" });
    const unset = await domain.authentication.check({ user: bob, pass: "" });
    expect(unset).toMatchObject({ authentication: "REJECT", detail: { message: "The code could not be sent" } });
    await domain.settings.set("email.identifier", "mail1");
    await domain.settings.set("email.text", "{serial}: {otp} {user}");
    await domain.authentication.check({ user: bob, pass: "" });
    expect(mails.map((mail) => mail.server)).toEqual(["mail2", "mail1"]);
    expect(mails[1]?.text).toMatch(/^E2: \d{6} \{user\}$/);
  });

  it("leaves no challenge behind if the code cannot be sent, and does not log the code", async () => {
    const logged: unknown[] = [];
    const log = (fields: object, message: string) => void logged.push(fields, message);
    const { domain } = await prepared({
      sendMail: (_server, mail) => Promise.reject(new TypeError(`refused: ${mail.text}`)),
      logger: { debug: log, info: log, warn: log, error: log },
    });
    await addSenders(domain);
    await domain.tokens.init({ type: "email", serial: "E" }, alice);
    expect(await domain.authentication.triggerChallenge({ user: alice })).toMatchObject({
      value: 0,
      authentication: "REJECT",
      detail: { message: "The code could not be sent" },
    });
    expect(await domain.challenges.list()).toEqual([]);
    expect(logged).toEqual([{ serial: "E", type: "email", error: "TypeError" }, expect.any(String)]);
  });

  it("challenges hotp tokens only if the settings allow it", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ serial: "H", otpkey: rfcKey, pin: "1234" }, alice);
    const attempt = () => domain.authentication.check({ user: alice, pass: "1234" });
    expect((await attempt()).authentication).toBe("REJECT");
    expect((await domain.authentication.triggerChallenge({ user: alice, type: "email" })).detail.message).toBe(
      "No active challenge response token found",
    );
    await domain.settings.set("challenge_response", "hotp totp");
    const { authentication, detail } = await attempt();
    expect(authentication).toBe("CHALLENGE");
    const answer = { user: alice, pass: rfcOtps[0], transactionId: detail.transaction_id };
    expect((await domain.authentication.check(answer)).value).toBe(true);
    expect((await domain.tokens.require("H")).otpCounter).toBe(1);
  });

  it("does not challenge a token that cannot be used", async () => {
    const { domain, mails } = await prepared();
    await addSenders(domain);
    await domain.tokens.init({ type: "email", serial: "E" }, alice);
    await domain.tokens.disable({ serial: "E" });
    expect((await domain.authentication.check({ user: alice, pass: "" })).detail.message).toBe("Token is disabled");
    expect((await domain.authentication.triggerChallenge({ serial: "E" })).value).toBe(0);
    expect((await domain.authentication.triggerChallenge({ user: carol })).value).toBe(0);
    expect(mails).toEqual([]);
  });
});
