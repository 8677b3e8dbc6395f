import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { Secret } from "otpauth";

/** One key pair for all tests, since generating one is slow. */
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** The app's public key in the format that the app sends: base64url. */
export const appPublicKey = publicKey.export({ format: "der", type: "spki" }).toString("base64url");

/** Signs the parts of a call as the app does: RSA with SHA-256 and PKCS #1 v1.5 padding, encoded in base32. */
export function appSignature(parts: readonly string[], key: KeyObject = privateKey): string {
  const padding = constants.RSA_PKCS1_PADDING;
  return Secret.fromHex(sign("sha256", Buffer.from(parts.join("|")), { key, padding }).toString("hex")).base32;
}
