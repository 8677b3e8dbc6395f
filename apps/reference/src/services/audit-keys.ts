import { createPublicKey } from "node:crypto";
import { problemMessage } from "@bookend/core";
import { type Config, ConfigError, readSecret } from "@bookend/reference-config";

/**
 * The former audit keys of a configuration, for what they signed.
 *
 * @throws {ConfigError} with a line for each that is not a key, or whose environment variable is not set
 */
export function formerAuditKeys({ secrets }: Pick<Config, "secrets">): readonly string[] {
  const problems: string[] = [];
  const keys = secrets.formerAuditKeys.map((setting, index) => {
    const field = `secrets.formerAuditKeys.${index}`;
    try {
      const key = readSecret(setting, field);
      if (!isVerifyingKey(key))
        problems.push(problemMessage("the key is not valid", "an Ed25519 public key in PEM", field));
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

/** A private key in PEM holds its public one. */
function isVerifyingKey(text: string): boolean {
  try {
    return createPublicKey(text).asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}
