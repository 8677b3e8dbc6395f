import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type JsonValue, problemMessage } from "@bookend/core";
import { StoreError } from "../errors.js";

/** A key that seals payloads. */
export interface OutboxKey {
  /** Stands in front of what it sealed: 1 to 100 letters, digits, `_` and `-`. */
  readonly id: string;
  /** 32 bytes in base64; `generateOutboxKey()` makes one. */
  readonly secret: string;
}

/** Seals payloads of deliveries, and opens them. */
export interface PayloadSeal {
  seal(payload: JsonValue, of: SealedDelivery): string;
  /** The payload, or why it cannot be opened. */
  open(sealed: string, of: SealedDelivery): { readonly payload: JsonValue } | { readonly fault: string };
}

/** The context to which a payload is bound: it cannot be moved to another row. */
export interface SealedDelivery {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
}

const algorithm = "aes-256-gcm";
const ivLength = 12;
const tagLength = 16;

/** A fresh key. */
export function generateOutboxKey(id: string): OutboxKey {
  return { id, secret: randomBytes(32).toString("base64") };
}

/**
 * Seals with the first key; opens with each.
 *
 * @throws {StoreError} OUTBOX_KEY_INVALID
 */
export function payloadSeal(keys: readonly OutboxKey[]): PayloadSeal {
  const secrets = new Map<string, Buffer>();
  for (const [index, { id, secret }] of keys.entries()) {
    const bytes = Buffer.from(secret, "base64");
    if (!/^[\w-]{1,100}$/.test(id)) throw invalid(`keys.${index}.id`, '1 to 100 letters, digits, "_" and "-"');
    if (bytes.length !== 32) throw invalid(`keys.${index}.secret`, "32 bytes in base64");
    if (secrets.has(id)) throw invalid(`keys.${index}.id`, "an id that no other key has");
    secrets.set(id, bytes);
  }
  const [first] = keys;
  const sealing = first && secrets.get(first.id);
  if (!first || !sealing) throw invalid("keys", "one key or more");
  return {
    seal(payload, of) {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv(algorithm, sealing, iv).setAAD(boundTo(of));
      const sealed = Buffer.concat([cipher.update(JSON.stringify(payload), "utf8"), cipher.final()]);
      return `${first.id}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64")}`;
    },
    open(sealed, of) {
      const at = sealed.indexOf(".");
      const id = sealed.slice(0, at);
      const secret = secrets.get(id);
      if (!secret)
        return { fault: `its payload is sealed with the key ${JSON.stringify(id)}, which is not configured` };
      try {
        const bytes = Buffer.from(sealed.slice(at + 1), "base64");
        const decipher = createDecipheriv(algorithm, secret, bytes.subarray(0, ivLength), { authTagLength: tagLength })
          .setAAD(boundTo(of))
          .setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
        const opened = Buffer.concat([decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()]);
        return { payload: JSON.parse(opened.toString("utf8")) as JsonValue };
      } catch {
        return { fault: `its payload does not open with the key ${JSON.stringify(id)}` };
      }
    },
  };
}

function boundTo({ id, kind, version }: SealedDelivery): Buffer {
  return Buffer.from(JSON.stringify([id, kind, version]));
}

function invalid(field: string, allowed: string): StoreError {
  return new StoreError("OUTBOX_KEY_INVALID", problemMessage("it is not valid", allowed, field));
}
