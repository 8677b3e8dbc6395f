import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createVault } from "./vault.js";

describe("the vault", () => {
  const [key, other] = [randomBytes(32), randomBytes(32)];
  const vault = createVault([key], randomBytes);

  it("opens what it sealed, under the same context only", () => {
    const sealed = vault.seal("geheim", "a");
    expect(sealed).toMatch(/^1\.[0-9a-f]{8}\.[\w-]+$/);
    expect(vault.open(sealed, "a").toString()).toBe("geheim");
    expect(() => vault.open(sealed, "b")).toThrow(expect.objectContaining({ code: "DECRYPTION_FAILED" }));
    expect(vault.seal("geheim", "a")).not.toBe(sealed);
    expect(vault.open(vault.seal("", "a"), "a")).toHaveLength(0);
  });

  it("opens with former keys, and seals with the first", () => {
    const sealed = vault.seal("geheim", "a");
    const rotated = createVault([other, key], randomBytes);
    expect(rotated.open(sealed, "a").toString()).toBe("geheim");
    expect(() => vault.open(rotated.seal("geheim", "a"), "a")).toThrow(/^No key "[0-9a-f]{8}" to decrypt a\.$/);
  });

  it("notices what was changed, and says no secret of it", () => {
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

  it("needs a key of 32 bytes", () => {
    expect(() => createVault([randomBytes(16)], randomBytes)).toThrow(RangeError);
    expect(() => createVault([], randomBytes)).toThrow(RangeError);
  });
});
