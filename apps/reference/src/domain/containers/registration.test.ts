import { generateKeyPairSync, sign } from "node:crypto";
import { expect, it } from "vitest";
import { describeDomain } from "../../../test/domain/fixture.js";
import type { Domain } from "../index.js";
import type { RegistrationAnswer, RegistrationOffer } from "./types.js";

const serverUrl = "https://mfa.example/";
const finalizeUrl = "https://mfa.example/container/register/finalize";

/** A smartphone with a key of its own. */
function smartphone(curve = "secp384r1") {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: curve });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return {
    pem,
    privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    answer(offer: Pick<RegistrationOffer, "nonce" | "time_stamp" | "container_serial">, ...device: string[]) {
      const text = [offer.nonce, offer.time_stamp, finalizeUrl, offer.container_serial, ...device].join("|");
      const [deviceBrand, deviceModel] = device;
      const signature = sign("sha256", Buffer.from(text), privateKey).toString("base64url");
      return { publicKey: pem, signature, deviceBrand, deviceModel } satisfies RegistrationAnswer;
    },
  };
}

async function withPhone(domain: Domain) {
  const { serial } = await domain.containers.create({ type: "smartphone" });
  const info = async () => (await domain.containers.require(serial)).info;
  return { ...domain.containers.registration, serial, info };
}

describeDomain("the registration of a smartphone", (prepared) => {
  it("begins with a URL to scan, and ends with the smartphone's key", async () => {
    const { domain, now, wait } = await prepared();
    const { serial, info, initialize, finalize } = await withPhone(domain);
    const offer = await initialize(serial, { serverUrl });
    expect(await info()).toMatchObject({ registration_state: "client_wait", server_url: serverUrl });
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
    await finalize(serial, phone.answer(offer, "Example", "One"));
    expect(await info()).toMatchObject({
      registration_state: "registered",
      public_key_client: phone.pem,
      device: "Example One",
    });
    expect((await domain.containers.require(serial)).lastSynchronization).toEqual(now());
    expect(await domain.challenges.list({ serial })).toEqual([]);
    await expect(initialize(serial, { serverUrl })).rejects.toMatchObject({ code: 3001 });
    expect((await domain.containers.require(serial)).lastSynchronization).toEqual(now());
  });

  it("takes each answer once", async () => {
    const { domain } = await prepared();
    const { serial, initialize, finalize, terminate } = await withPhone(domain);
    const answer = smartphone().answer(await initialize(serial, { serverUrl }));
    const ended = await Promise.allSettled(Array.from({ length: 5 }, () => finalize(serial, answer)));
    expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(finalize(serial, answer)).rejects.toMatchObject({ code: 3001 });
    expect(await terminate(serial)).toBe(true);
    await initialize(serial, { serverUrl });
    await expect(finalize(serial, answer)).rejects.toMatchObject({ code: 3002 });
  });

  it("refuses what is not signed as it was offered", async () => {
    const { domain, wait } = await prepared();
    const { serial, info, initialize, finalize } = await withPhone(domain);
    const phone = smartphone();
    const former = await initialize(serial, { serverUrl });
    const offer = await initialize(serial, { serverUrl });
    const answer = phone.answer(offer, "Example", "One");
    for (const forged of [
      phone.answer(former),
      phone.answer({ ...offer, nonce: "0".repeat(40) }),
      phone.answer({ ...offer, container_serial: "SMPH1" }),
      phone.answer({ ...offer, time_stamp: "2026-03-15T12:00:01+00:00" }),
      { ...answer, publicKey: smartphone().pem },
      { ...answer, deviceModel: "Two" },
      { ...answer, deviceModel: undefined },
      { ...answer, signature: "" },
      { ...answer, signature: "AAAA" },
    ]) {
      await expect(finalize(serial, forged)).rejects.toMatchObject({ code: 3002, status: 400 });
    }
    for (const publicKey of ["", "no key", smartphone("prime256v1").pem, phone.privatePem]) {
      await expect(finalize(serial, { ...answer, publicKey })).rejects.toMatchObject({ code: 905 });
    }
    expect(await info()).toMatchObject({ registration_state: "client_wait" });
    wait(601);
    await expect(finalize(serial, answer)).rejects.toMatchObject({ code: 3002 });
    wait(-2);
    await finalize(serial, answer);
  });

  it("is for smartphones only, and for containers that wait for one", async () => {
    const { domain } = await prepared();
    const { serial, finalize, initialize } = await withPhone(domain);
    const yubikey = await domain.containers.create({ type: "yubikey" });
    await expect(initialize(yubikey.serial, { serverUrl })).rejects.toMatchObject({ code: 3000 });
    const answer = smartphone().answer({ nonce: "1", time_stamp: "2", container_serial: serial });
    await expect(finalize(serial, answer)).rejects.toMatchObject({ code: 3001 });
    await expect(finalize("SMPH1", answer)).rejects.toMatchObject({ code: 601 });
  });

  it("can be ended at any time", async () => {
    const { domain } = await prepared();
    const { serial, info, initialize, finalize, terminate } = await withPhone(domain);
    const before = await info();
    expect(await terminate(serial)).toBe(false);
    const answer = smartphone().answer(await initialize(serial, { serverUrl }));
    expect(await domain.challenges.list({ serial })).toHaveLength(1);
    expect(await terminate(serial)).toBe(true);
    expect(await info()).toEqual(before);
    expect(await domain.challenges.list({ serial })).toEqual([]);
    await expect(finalize(serial, answer)).rejects.toMatchObject({ code: 3001 });
    await initialize(serial, { serverUrl });
    await domain.containers.delete(serial);
    expect(await domain.challenges.list({ serial })).toEqual([]);
  });
});
