import { constants, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { appPublicKey, appSignature } from "@bookend/test-kit/push-app";
import { Secret } from "otpauth";
import { expect, it } from "vitest";
import { alice, bob, describeDomain, rfcKey, rfcOtps } from "../../test/fixture.js";
import type { Domain } from "../index.js";

/** Creates a push token of alice with its app. */
async function enrolled({ tokens, push }: Domain, parameters: object = {}) {
  const { serial, enrollment_credential } = await tokens.init({ type: "push", genkey: 1, ...parameters }, alice);
  const { publicKey } = await push.enrol({
    serial,
    credential: String(enrollment_credential),
    publicKey: appPublicKey,
  });
  return { serial, serverKey: publicKey };
}

describeDomain("push tokens", (prepared) => {
  it("are enrolled in two steps", async () => {
    const { domain } = await prepared({ url: "https://mfa.example/", issuer: "Demo" });
    const detail = await domain.tokens.init({ type: "push", pin: "1" }, alice);
    const { serial, pushurl, enrollment_credential } = detail;
    expect(serial).toMatch(/^PIPU[0-9A-F]{8}$/);
    expect(detail).toMatchObject({ rollout_state: "clientwait", pushurl: { img: expect.stringMatching(/^data:/) } });
    const url = new URL((pushurl as { value: string }).value);
    expect(`${url.protocol}//${url.host}${url.pathname}`).toBe(`otpauth://pipush/${serial}`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      url: "https://mfa.example/ttype/push",
      issuer: "Demo",
      serial,
      enrollment_credential,
    });
    // the token cannot be used until the app has responded
    expect((await domain.authentication.check({ user: alice, pass: "1" })).detail.message).toBe(
      "Token is not yet enrolled",
    );
    const step = { serial, credential: String(enrollment_credential), publicKey: appPublicKey };
    await expect(domain.push.enrol({ ...step, credential: "x" })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(domain.push.enrol({ ...step, serial: "PIPU0" })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    const { publicKey, token } = await domain.push.enrol(step);
    expect(token.rolloutState).toBe("enrolled");
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "pkcs1" });
    expect(key.asymmetricKeyType).toBe("rsa");
    await expect(domain.push.enrol(step)).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    expect((await domain.authentication.check({ user: alice, pass: "1" })).authentication).toBe("CHALLENGE");
  });

  it("accept an RSA key with 2048 bits or more, in either encoding", async () => {
    const { domain } = await prepared();
    const step = async (publicKey: string) => {
      const { serial, enrollment_credential } = await domain.tokens.init({ type: "push" });
      return domain.push.enrol({ serial, credential: String(enrollment_credential), publicKey });
    };
    const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
    const curve = generateKeyPairSync("ed25519").publicKey;
    for (const key of [small, curve]) {
      const refused = step(key.export({ format: "der", type: "spki" }).toString("base64"));
      await expect(refused).rejects.toMatchObject({
        code: "PARAMETER_INVALID",
        message: expect.stringContaining("pubkey"),
      });
    }
    await expect(step("nonsense")).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    const key = createPublicKey({ key: Buffer.from(appPublicKey, "base64url"), format: "der", type: "spki" });
    await step(key.export({ format: "der", type: "pkcs1" }).toString("base64"));
    // as sent by a form that does not escape +
    await step(key.export({ format: "pem", type: "spki" }).toString().replaceAll("+", " "));
  });

  it("show their open challenges to the app that signs the request", async () => {
    const { domain, now, wait } = await prepared({ url: "https://mfa.example", issuer: "Demo" });
    const { serial, serverKey } = await enrolled(domain);
    const poll = (timestamp: string, signature = appSignature([serial, timestamp])) =>
      domain.push.poll({ serial, timestamp, signature });
    expect((await poll(now().toISOString())).requests).toEqual([]);

    const opened = await domain.authentication.triggerChallenge({ user: alice });
    expect(opened).toMatchObject({
      value: 1,
      authentication: "CHALLENGE",
      detail: {
        client_mode: "poll",
        preferred_client_mode: "poll",
        multi_challenge: [{ serial, type: "push", client_mode: "poll", transaction_id: opened.detail.transaction_id }],
      },
    });
    wait(1);
    const [request, ...others] = (await poll(now().toISOString())).requests;
    expect(others).toEqual([]);
    const { nonce, url, question, title, sslverify } = request ?? expect.fail();
    expect(request).toMatchObject({ serial, url: "https://mfa.example/ttype/push", title: "Demo", sslverify: "1" });
    const message = [nonce, url, serial, question, title, sslverify].join("|");
    const key = createPublicKey({ key: Buffer.from(serverKey, "base64"), format: "der", type: "pkcs1" });
    const signature = Buffer.from(Secret.fromBase32(request?.signature ?? "").hex, "hex");
    const rsa = { key, padding: constants.RSA_PKCS1_PADDING };
    expect(verify("sha256", Buffer.from(message), rsa, signature)).toBe(true);
    // knowing the nonce is not enough to answer
    const { transaction_id: transactionId } = opened.detail;
    expect((await domain.authentication.check({ user: alice, transactionId, pass: nonce })).value).toBe(false);
  });

  it("refuse calls that are forged, old or replayed", async () => {
    const { domain, now, wait } = await prepared();
    const { serial } = await enrolled(domain);
    const poll = (timestamp: string, signature = appSignature([serial, timestamp])) =>
      domain.push.poll({ serial, timestamp, signature });
    const refused = { code: "PARAMETER_INVALID" };
    const timestamp = now().toISOString();
    await poll(timestamp);
    await expect(poll(timestamp)).rejects.toMatchObject(refused);
    await poll(timestamp.replace("Z", "123Z"));
    const later = new Date(now().getTime() + 1000).toISOString();
    await expect(poll(later, appSignature([serial, timestamp]))).rejects.toMatchObject(refused);
    await expect(poll(later, "A".repeat(410))).rejects.toMatchObject(refused);
    await expect(poll(later, "not base 32")).rejects.toMatchObject(refused);
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    await expect(poll(later, appSignature([serial, later], other))).rejects.toMatchObject(refused);
    await expect(poll(new Date(now().getTime() + 61_000).toISOString())).rejects.toMatchObject(refused);
    await expect(poll("yesterday")).rejects.toMatchObject(refused);
    await poll(later);
    wait(62);
    await expect(poll(new Date(now().getTime() - 60_500).toISOString())).rejects.toMatchObject(refused);
    await expect(domain.push.poll({ serial: "X", timestamp, signature: "A" })).rejects.toMatchObject(refused);
  });

  it("accept each login only once", async () => {
    const { domain } = await prepared();
    const { serial } = await enrolled(domain, { pin: "1234" });
    const challenge = await domain.authentication.check({ user: alice, pass: "1234" });
    const transactionId = challenge.detail.transaction_id ?? "";
    const finish = () => domain.authentication.check({ user: alice, pass: "", transactionId });
    expect(await domain.authentication.pollTransaction(transactionId)).toMatchObject({ status: "pending" });
    expect(await finish()).toMatchObject({ authentication: "REJECT", detail: { serial } });
    expect((await domain.tokens.require(serial)).failCount).toBe(0);

    const [{ data: nonce } = expect.fail()] = await domain.challenges.list({ transactionId });
    const answer = (parts = [nonce, serial], decline = false) =>
      domain.push.answer({ serial, nonce, signature: appSignature(parts), decline });
    await expect(answer([nonce, "X"])).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    // the signature of an acceptance is not valid for a refusal, and vice versa
    await expect(answer([nonce, serial], true)).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(answer([nonce, serial, "decline"])).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    expect(await answer()).toMatchObject({ value: true, transactionId });
    expect((await answer()).value).toBe(false);
    expect((await answer([nonce, serial, "decline"], true)).value).toBe(false);
    expect(await domain.authentication.pollTransaction(transactionId)).toEqual({
      value: true,
      status: "accept",
      serials: [serial],
    });
    // it does not reveal anything about bob's token
    expect((await domain.authentication.check({ user: bob, pass: "", transactionId })).value).toBe(false);
    expect(await finish()).toMatchObject({ value: true, authentication: "ACCEPT", detail: { serial } });
    expect((await finish()).value).toBe(false);
    expect((await answer()).value).toBe(false);
  });

  it("can decline a login", async () => {
    const { domain, now } = await prepared();
    const { serial } = await enrolled(domain);
    const { detail } = await domain.authentication.triggerChallenge({ user: alice });
    const transactionId = detail.transaction_id ?? "";
    const timestamp = now().toISOString();
    const { requests } = await domain.push.poll({ serial, timestamp, signature: appSignature([serial, timestamp]) });
    const nonce = requests[0]?.nonce ?? "";
    const signature = appSignature([nonce, serial, "decline"]);
    expect(await domain.push.answer({ serial, nonce, signature, decline: true })).toMatchObject({ value: true });
    expect(await domain.authentication.pollTransaction(transactionId)).toEqual({
      value: false,
      status: "declined",
      serials: [serial],
    });
    expect(await domain.authentication.check({ user: alice, pass: "", transactionId })).toMatchObject({
      value: false,
      authentication: "DECLINED",
      detail: { serial, type: "push" },
    });
    expect(await domain.challenges.list({ transactionId })).toMatchObject([{ session: "challenge_declined" }]);
    // a refusal stays a refusal
    expect(
      (await domain.push.answer({ serial, nonce, signature: appSignature([nonce, serial]), decline: false })).value,
    ).toBe(false);
  });

  it("open their challenges in addition to those of other tokens, and either response ends the login", async () => {
    const { domain, wait } = await prepared();
    await domain.settings.set("challenge_response", "hotp");
    const { serial } = await enrolled(domain, { pin: "1" });
    await domain.tokens.init({ type: "hotp", serial: "H", otpkey: rfcKey, pin: "1" }, alice);
    const open = async () => (await domain.authentication.check({ user: alice, pass: "1" })).detail;
    const first = await open();
    expect(first.preferred_client_mode).toBe("interactive");
    expect(first.multi_challenge?.map(({ client_mode }) => client_mode).sort()).toEqual(["interactive", "poll"]);
    const check = (pass: string, transactionId = first.transaction_id) =>
      domain.authentication.check({ user: alice, pass, transactionId });
    expect((await check("")).authentication).toBe("REJECT");
    expect((await domain.tokens.require("H")).failCount).toBe(0);
    expect((await check("000000")).authentication).toBe("REJECT");
    expect((await domain.tokens.require("H")).failCount).toBe(1);
    expect((await domain.tokens.require(serial)).failCount).toBe(0);
    expect((await check(rfcOtps[0])).value).toBe(true);

    const second = await open();
    const challenges = await domain.challenges.list({ serial, transactionId: second.transaction_id });
    const nonce = challenges[0]?.data ?? "";
    wait(120);
    const late = { serial, nonce, signature: appSignature([nonce, serial]), decline: false };
    expect((await domain.push.answer(late)).value).toBe(false);
  });
});
