import { createPublicKey } from "node:crypto";
import { problemMessage } from "@bookend/core";
import { isServerKey } from "@bookend/mfa";
import { type Config, ConfigError, readSecret } from "@bookend/reference-config";

/**
 * Returns the former audit keys of a configuration, which verify the audit rows that were signed with them.
 *
 * @throws {ConfigError} with a line for each that is not a key, or whose environment variable is not set
 */
export function formerAuditKeys({ secrets }: Pick<Config, "secrets">): readonly string[] {
  return formerKeys("secrets.formerAuditKeys", secrets.formerAuditKeys, {
    isValid: isVerifyingKey,
    allowed: "an Ed25519 public key in PEM",
  });
}

/**
 * Returns the former outbox keys of a configuration, in base64, which decrypt the deliveries that were encrypted with
 * them.
 *
 * @throws {ConfigError} with a line for each that is not a key, or whose environment variable is not set
 */
export function formerOutboxKeys({ secrets }: Pick<Config, "secrets">): readonly string[] {
  return formerKeys("secrets.formerOutboxKeys", secrets.formerOutboxKeys, {
    isValid: isServerKey,
    allowed: "32 bytes in base64",
  });
}

function formerKeys(
  name: string,
  settings: Config["secrets"]["formerAuditKeys"],
  { isValid, allowed }: { readonly isValid: (key: string) => boolean; readonly allowed: string },
): readonly string[] {
  const problems: string[] = [];
  const keys = settings.map((setting, index) => {
    const field = `${name}.${index}`;
    try {
      const key = readSecret(setting, field).trim();
      if (!isValid(key)) problems.push(problemMessage("the key is not valid", allowed, field));
      return key;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return "";
    }
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return keys;
}

/**
 * Returns whether a key in PEM can verify signatures: an Ed25519 public key, or a private key, which contains the public
 * one.
 */
function isVerifyingKey(text: string): boolean {
  try {
    return createPublicKey(text).asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}
