import { constants, createPublicKey, generateKeyPair, type KeyObject, sign, verify } from "node:crypto";
import { promisify } from "node:util";
import { Secret } from "otpauth";

const serverKeyBits = 2048;

/** The size limits of an app's key. Smaller keys are weak; larger keys are expensive to verify. */
const [minAppKeyBits, maxAppKeyBits] = [2048, 8192] as const;

/** Generates a new RSA key pair of the server for one token. */
export const newKeyPair = (): Promise<{ readonly privateKey: KeyObject; readonly publicKey: KeyObject }> =>
  promisify(generateKeyPair)("rsa", { modulusLength: serverKeyBits });

/**
 * Parses an app's RSA key: its DER form in base64 or base64url. Undefined if it is not a valid key of 2048 to 8192
 * bits.
 */
export function parsePublicKey(text: string): KeyObject | undefined {
  // an unescaped + in a form arrives as a blank
  const body = text.replace(/-----[A-Z ]+-----/g, "").trim();
  const key = Buffer.from(body.replaceAll(" ", "+"), "base64");
  for (const type of ["spki", "pkcs1"] as const) {
    try {
      const parsed = createPublicKey({ key, format: "der", type });
      const bits = parsed.asymmetricKeyDetails?.modulusLength ?? 0;
      return parsed.asymmetricKeyType === "rsa" && bits >= minAppKeyBits && bits <= maxAppKeyBits ? parsed : undefined;
    } catch {
      // the key is not in this format
    }
  }
  return undefined;
}

/** Returns the RSA signature with SHA-256 (PKCS #1 v1.5) in base32 of parts joined by `|`. */
export function signParts(key: KeyObject, parts: readonly string[]): string {
  const signature = sign("sha256", message(parts), { key, padding: constants.RSA_PKCS1_PADDING });
  return Secret.fromHex(signature.toString("hex")).base32;
}

/** Returns whether a base32 signature is valid for these parts. */
export function isSignatureOf(key: KeyObject, parts: readonly string[], signature: string): boolean {
  const bare = signature.trim().replace(/=+$/, "");
  if (!/^[A-Z2-7]{1,2000}$/i.test(bare)) return false;
  const bytes = Buffer.from(Secret.fromBase32(bare).hex, "hex");
  return verify("sha256", message(parts), { key, padding: constants.RSA_PKCS1_PADDING }, bytes);
}

const message = (parts: readonly string[]) => Buffer.from(parts.join("|"));
