import { createHash, type KeyObject, verify } from "node:crypto";

/** Verifies signatures. */
export interface AuditVerifier {
  /** Ids of its keys. */
  readonly keyIds: readonly string[];
  /** Its keys as PEM (SPKI), for a verifier in another thread. */
  readonly publicKeys: readonly string[];
  /** Verifies a signature. `unknown`: none of the keys has this id. */
  verify(keyId: string, text: string, signature: string): SignatureState;
}

/** The result of verifying a signature. */
export type SignatureState = "valid" | "invalid" | "unknown";

/** Returns a verifier with some public keys. */
export function auditVerifier(keys: readonly KeyObject[]): AuditVerifier {
  const byId = new Map(keys.map((key) => [keyId(key), key]));
  return {
    keyIds: [...byId.keys()],
    publicKeys: [...byId.values()].map((key) => key.export({ type: "spki", format: "pem" }) as string),
    verify(id, text, signature) {
      const key = byId.get(id);
      if (key === undefined) return "unknown";
      const bytes = Buffer.from(signature, "base64");
      // Buffer.from ignores characters outside the base64 alphabet, but a signature that contains them was changed
      const intact = bytes.toString("base64") === signature && verify(null, Buffer.from(text), key, bytes);
      return intact ? "valid" : "invalid";
    },
  };
}

/** Returns the beginning of the SHA-256 of the public key, so that a host does not need to name its keys. */
export function keyId(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 16);
}
