import { smartphone } from "@bookend/test-kit/smartphone";
import { expect, it } from "vitest";
import { alice, describeDomain } from "../../test/fixture.js";
import type { Domain } from "../index.js";
import type { RegistrationAnswer } from "./types.js";

const serverUrl = "https://mfa.example/";
const finalizeUrl = "https://mfa.example/container/register/finalize";

type Phone = ReturnType<typeof smartphone>;

/** Returns the message of the phone, as the service receives it. */
function answerOf(phone: Phone, ...given: Parameters<Phone["answer"]>): RegistrationAnswer {
  const { public_client_key, signature, device_brand, device_model } = phone.answer(...given);
  return { publicKey: public_client_key, signature, deviceBrand: device_brand, deviceModel: device_model };
}

async function withPhone(domain: Domain) {
  const { serial } = await domain.containers.create({ type: "smartphone" });
  const info = async () => (await domain.containers.require(serial)).info;
  return { ...domain.containers.registration, serial, info };
}

describeDomain("the registration of a smartphone", (prepared) => {
  it("begins with a URL to scan, and ends with the key of the smartphone", async () => {
    const { domain, now, wait } = await prepared();
    const { serial, info, initialize, finalize } = await withPhone(domain);
    const offer = await initialize(serial, { serverUrl });
    expect(await info()).toMatchObject({ registration_state: "client_wait", server_url: "https://mfa.example" });
    expect(offer).toMatchObject({
      container_serial: serial,
      key_algorithm: "secp384r1",
      hash_algorithm: "SHA256",
      ttl: 10,
    });
    expect(offer.container_url.img).toMatch(/^data:image\/png;base64,/);
    const scanned = new URL(offer.container_url.value);
    expect(scanned.href).toMatch(new RegExp(`^pia://container/${serial}\\?`));
    expect(Object.fromEntries(scanned.searchParams)).toMatchObject({
      serial,
      url: finalizeUrl,
      nonce: offer.nonce,
      time: offer.time_stamp,
      ttl: "10",
      issuer: "Bookend",
    });

    wait(60);
    const phone = smartphone();
    await finalize(serial, answerOf(phone, offer, { device_brand: "Example", device_model: "One" }));
    expect(await info()).toMatchObject({
      registration_state: "registered",
      public_key_client: phone.public_client_key,
      device: "Example One",
    });
    expect((await domain.containers.require(serial)).lastSynchronization).toEqual(now());
    expect(await domain.challenges.list()).toEqual([]);
    await expect(initialize(serial, { serverUrl })).rejects.toMatchObject({ code: "REGISTRATION_STATE" });
    expect((await domain.containers.require(serial)).lastSynchronization).toEqual(now());
  });

  it("accepts each response only once", async () => {
    const { domain } = await prepared();
    const { serial, initialize, finalize, terminate } = await withPhone(domain);
    const answer = answerOf(smartphone(), await initialize(serial, { serverUrl }));
    const ended = await Promise.allSettled(Array.from({ length: 5 }, () => finalize(serial, answer)));
    expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(finalize(serial, answer)).rejects.toMatchObject({ code: "REGISTRATION_STATE" });
    expect(await terminate(serial)).toBe(true);
    await initialize(serial, { serverUrl });
    await expect(finalize(serial, answer)).rejects.toMatchObject({ code: "REGISTRATION_INVALID" });
  });

  it("refuses a signature that does not match the offer", async () => {
    const { domain, wait } = await prepared();
    const { serial, info, initialize, finalize } = await withPhone(domain);
    const phone = smartphone();
    const former = await initialize(serial, { serverUrl });
    const offer = await initialize(serial, { serverUrl });
    const answer = answerOf(phone, offer, { device_brand: "Example", device_model: "One" });
    for (const forged of [
      answerOf(phone, former),
      answerOf(phone, { ...offer, nonce: "0".repeat(40) }),
      answerOf(phone, { ...offer, container_serial: "SMPH1" }),
      answerOf(phone, { ...offer, time_stamp: "2026-03-15T12:00:01+00:00" }),
      { ...answer, publicKey: smartphone().public_client_key },
      { ...answer, deviceModel: "Two" },
      { ...answer, deviceModel: undefined },
      { ...answer, signature: "" },
      { ...answer, signature: "AAAA" },
    ]) {
      await expect(finalize(serial, forged)).rejects.toMatchObject({ code: "REGISTRATION_INVALID" });
    }
    for (const publicKey of ["", "no key", smartphone("prime256v1").public_client_key, phone.private_key]) {
      await expect(finalize(serial, { ...answer, publicKey })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    }
    expect(await info()).toMatchObject({ registration_state: "client_wait" });
    wait(601);
    await expect(finalize(serial, answer)).rejects.toMatchObject({ code: "REGISTRATION_INVALID" });
    wait(-2);
    await finalize(serial, answer);
  });

  it("is independent of the challenges of a token that has the container's serial", async () => {
    const { domain } = await prepared();
    await domain.settings.set("challenge_response", "hotp");
    const { serial } = await domain.tokens.init({ type: "hotp", serial: "SAME", genkey: "1", pin: "1234" }, alice);
    await domain.authentication.check({ user: alice, pass: "1234" });
    const challenges = await domain.challenges.list({ serial });
    expect(challenges).toHaveLength(1);
    await domain.containers.create({ type: "smartphone", serial });
    const { initialize, terminate } = domain.containers.registration;
    const { nonce } = await initialize(serial, { serverUrl });
    expect(await domain.challenges.list({ serial })).toEqual(challenges);
    for (const { transactionId } of await domain.challenges.list()) {
      expect((await domain.authentication.check({ user: alice, pass: nonce, transactionId })).value).toBe(false);
    }
    await terminate(serial);
    await domain.containers.delete(serial);
    expect(await domain.challenges.list()).toEqual(challenges);
  });

  it("is only possible for smartphones, and for containers that wait for it", async () => {
    const { domain } = await prepared();
    const { serial, finalize, initialize } = await withPhone(domain);
    const yubikey = await domain.containers.create({ type: "yubikey" });
    await expect(initialize(yubikey.serial, { serverUrl })).rejects.toMatchObject({ code: "REGISTRATION_UNSUPPORTED" });
    const scanned = { nonce: "1", time_stamp: "2", container_serial: serial, server_url: serverUrl };
    const answer = answerOf(smartphone(), scanned);
    await expect(finalize(serial, answer)).rejects.toMatchObject({ code: "REGISTRATION_STATE" });
    await expect(finalize("SMPH1", answer)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("can be ended at any time", async () => {
    const { domain } = await prepared();
    const { serial, info, initialize, finalize, terminate } = await withPhone(domain);
    const before = await info();
    expect(await terminate(serial)).toBe(false);
    const answer = answerOf(smartphone(), await initialize(serial, { serverUrl }));
    expect(await domain.challenges.list()).toHaveLength(1);
    expect(await terminate(serial)).toBe(true);
    expect(await info()).toEqual(before);
    expect(await domain.challenges.list()).toEqual([]);
    await expect(finalize(serial, answer)).rejects.toMatchObject({ code: "REGISTRATION_STATE" });
    await initialize(serial, { serverUrl });
    await domain.containers.delete(serial);
    expect(await domain.challenges.list()).toEqual([]);
  });
});
