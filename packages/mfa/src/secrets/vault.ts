import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { MfaError } from "../errors/mfa-error.js";
import type { Random } from "./random.js";

/** Encrypts values that must be decrypted later: OTP keys, stored passwords, codes that were sent. */
export interface Vault {
  /**
   * Encrypts a value. `context` identifies the owner of the value and is required for decryption, so that copying a
   * column to another row is useless.
   */
  seal(plain: Uint8Array | string, context: string): string;
  /** @throws {MfaError} DECRYPTION_FAILED if the value was encrypted with an unknown key, or modified */
  open(sealed: string, context: string): Buffer;
  /** Returns whether the vault has the key with which a value was encrypted. */
  knows(sealed: string): boolean;
}

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Creates a vault with AES-256-GCM. An encrypted value is `1.<key id>.<nonce, tag and ciphertext in base64url>`. The
 * first key encrypts; all keys decrypt.
 *
 * @throws {RangeError} if there is no key, or a key does not have 32 bytes
 */
export function createVault(keys: readonly Uint8Array[], random: Random): Vault {
  const byId = new Map(keys.map((key) => [keyId(key), key]));
  const [current] = byId;
  if (current === undefined || keys.some((key) => key.byteLength !== keyBytes)) {
    throw new RangeError(`The secret key must have ${keyBytes} bytes.`);
  }
  return {
    seal(plain, context) {
      const [id, key] = current;
      const iv = random(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(context));
      const text = Buffer.concat([cipher.update(plain), cipher.final()]);
      return `1.${id}.${Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url")}`;
    },
    knows: (sealed) => byId.has(sealed.split(".")[1] ?? ""),
    open(sealed, context) {
      const [version, id = "", body = ""] = sealed.split(".");
      const key = byId.get(id);
      if (version !== "1" || key === undefined) throw vaultError(`No key ${JSON.stringify(id)} to decrypt ${context}.`);
      const bytes = Buffer.from(body, "base64url");
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, ivBytes))
          .setAAD(Buffer.from(context))
          .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
        return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
      } catch {
        throw vaultError(`The stored value of ${context} cannot be decrypted.`);
      }
    },
  };
}

const keyId = (key: Uint8Array) => createHash("sha256").update("bookend key id").update(key).digest("hex").slice(0, 8);

const vaultError = (message: string) => new MfaError("DECRYPTION_FAILED", message);
