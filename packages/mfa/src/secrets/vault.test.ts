import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createVault } from "./vault.js";

describe("the vault", () => {
  const [key, other] = [randomBytes(32), randomBytes(32)];
  const vault = createVault([key], randomBytes);

  it("decrypts what it encrypted, but only with the same context", () => {
    const sealed = vault.seal("geheim", "a");
    expect(sealed).toMatch(/^1\.[0-9a-f]{8}\.[\w-]+$/);
    expect(vault.open(sealed, "a").toString()).toBe("geheim");
    expect(() => vault.open(sealed, "b")).toThrow(expect.objectContaining({ code: "DECRYPTION_FAILED" }));
    expect(vault.seal("geheim", "a")).not.toBe(sealed);
    expect(vault.open(vault.seal("", "a"), "a")).toHaveLength(0);
  });

  it("decrypts with former keys, and encrypts with the first key", () => {
    const sealed = vault.seal("geheim", "a");
    const rotated = createVault([other, key], randomBytes);
    expect(rotated.open(sealed, "a").toString()).toBe("geheim");
    expect(() => vault.open(rotated.seal("geheim", "a"), "a")).toThrow(/^No key "[0-9a-f]{8}" to decrypt a\.$/);
  });

  it("detects modified values, and reveals no secret of them", () => {
    const [version, id, body = ""] = vault.seal("geheim", "a").split(".");
    const bytes = Buffer.from(body, "base64url");
    for (const index of [0, 12, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      const sealed = `${version}.${id}.${changed.toString("base64url")}`;
      expect(() => vault.open(sealed, "a")).toThrow("The stored value of a cannot be decrypted.");
    }
    expect(() => vault.open("", "a")).toThrow(expect.objectContaining({ code: "DECRYPTION_FAILED" }));
    expect(() => vault.open(`${version}.${id}.`, "a")).toThrow(expect.objectContaining({ code: "DECRYPTION_FAILED" }));
  });

  it("requires a key of 32 bytes", () => {
    expect(() => createVault([randomBytes(16)], randomBytes)).toThrow(RangeError);
    expect(() => createVault([], randomBytes)).toThrow(RangeError);
  });
});
