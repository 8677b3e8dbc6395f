import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { problemMessage } from "@bookend/core";
import { StoreError } from "../errors.js";
import { type AuditVerifier, auditVerifier, keyId } from "./audit-verifier.js";

/** An Ed25519 key: a PEM string, or a `KeyObject` of Node.js. */
export type AuditKey = string | KeyObject;

/** Signs the audit log. */
export interface AuditSigner {
  readonly keyId: string;
  /** Returns a signature in base64. */
  sign(text: string): string;
}

/**
 * Generates a key for {@link openStore}, as PEM (PKCS #8). Keep it apart from the database: anyone who has both can
 * rewrite the log.
 */
export function generateAuditKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ type: "pkcs8", format: "pem" }) as string;
}

/**
 * Returns the public part of a key, as PEM (SPKI), which is sufficient for verification.
 *
 * @throws {StoreError} AUDIT_KEY_INVALID
 */
export function auditPublicKey(key: AuditKey): string {
  return toPublic(key).export({ type: "spki", format: "pem" }) as string;
}

/** Creates a signer with a private key. @throws {StoreError} AUDIT_KEY_INVALID */
export function createAuditSigner(key: AuditKey): AuditSigner {
  const privateKey = parse(key, createPrivateKey);
  if (privateKey.type !== "private") throw invalidKey();
  return {
    keyId: keyId(createPublicKey(privateKey)),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString("base64"),
  };
}

/** The key of one process, which is kept only in memory. */
export interface WriterKey {
  readonly signer: AuditSigner;
  /** SPKI in base64. */
  readonly publicKey: string;
}

/** Generates the key of a process. */
export function createWriterKey(): WriterKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    signer: createAuditSigner(privateKey),
    publicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  };
}

/** Returns a verifier with the key of a process; undefined if the key is not valid. */
export function writerVerifier(publicKey: string): AuditVerifier | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), type: "spki", format: "der" });
    return createAuditVerifier([key]);
  } catch {
    return undefined;
  }
}

/** Creates a verifier with some keys, public or private. @throws {StoreError} AUDIT_KEY_INVALID */
export function createAuditVerifier(keys: readonly AuditKey[]): AuditVerifier {
  return auditVerifier(keys.map(toPublic));
}

function toPublic(key: AuditKey): KeyObject {
  const parsed = parse(key, createPublicKey);
  return parsed.type === "private" ? createPublicKey(parsed) : parsed;
}

function parse(key: AuditKey, fromPem: (text: string) => KeyObject): KeyObject {
  let parsed: KeyObject;
  try {
    parsed = typeof key === "string" ? fromPem(key) : key;
  } catch {
    // OpenSSL's error may quote the input
    throw invalidKey();
  }
  if (parsed.asymmetricKeyType !== "ed25519") throw invalidKey();
  return parsed;
}

function invalidKey(): StoreError {
  return new StoreError(
    "AUDIT_KEY_INVALID",
    problemMessage("the key is not valid", "an Ed25519 key in PEM; the key that signs must be private", "auditKey"),
  );
}
