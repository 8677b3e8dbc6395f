import { verify as verifyBcrypt } from "@node-rs/bcrypt";
import type { Passwords } from "./passwords.js";
import { runShaCrypt } from "./run-sha-crypt.js";

/** Maximum length in bytes of a password to hash, since the cost of SHA-crypt grows with its square. */
const maxPassword = 512;

/** Maximum rounds of SHA-crypt, and maximum cost of bcrypt, for a login. */
const maxRounds = 1_000_000;
const maxCost = 15;

const shaCrypt =
  /^\$(?:5\$(?:rounds=([1-9]\d{3,8})\$)?[./\w]{1,16}\$[./a-z\d]{43}|6\$(?:rounds=([1-9]\d{3,8})\$)?[./\w]{1,16}\$[./a-z\d]{86})$/i;
const bcrypt = /^\$2[aby]\$(\d\d)\$[./a-z\d]{53}$/i;

/** Reasons why a hash cannot be compared, with patterns that recognize such hashes. */
const schemes = [
  [/^[!*]/, "a locked password"],
  [/^x?$/, "a password in a shadow file"],
  [/^\$y\$/, "yescrypt"],
  [/^\$gy\$/, "gost-yescrypt"],
  [/^\$7\$/, "scrypt"],
  [/^\$1\$/, "md5-crypt"],
  [/^\$apr1\$/, "apr1 (md5-crypt of Apache)"],
  [/^\$md5/, "SunMD5"],
  [/^\$sha1\$/, "sha1-crypt"],
  [/^\$3\$/, "NTHASH"],
  [/^\$2x?\$/, "bcrypt of version 2 or 2x"],
  [/^\$[56]\$/, `SHA-crypt that cannot be parsed, or has more than ${maxRounds} rounds`],
  [/^\$2[aby]\$/, `bcrypt that cannot be parsed, or has a cost of more than ${maxCost}`],
  [/^\$argon2/, "argon2 that cannot be parsed"],
  [/^_[./a-z\d]{19}$/i, "BSDi DES-crypt"],
  [/^[./a-z\d]{13}$/i, "DES-crypt"],
  [/^\{[\w-]{1,20}\}/, "a scheme of LDAP"],
] as const;

/** The result of comparing a password with a passwd file's hash. */
export type CryptVerdict =
  | { readonly matches: boolean }
  /** The reason why the hash cannot be compared, such as its scheme. It does not match any password. */
  | { readonly refused: string };

/** Compares a password with a hash from a passwd file: argon2, SHA-crypt (`$5$`, `$6$`) and bcrypt. */
export async function checkCryptHash(passwords: Passwords, hashed: string, password: string): Promise<CryptVerdict> {
  if (Buffer.byteLength(password) > maxPassword || password.includes("\0")) return { matches: false };
  if (hashed.startsWith("$argon2")) {
    const matches = await passwords.verify(hashed, password).catch(() => undefined);
    return matches === undefined ? { refused: schemeOf(hashed) } : { matches };
  }
  const [isSha, rounds256, rounds512] = shaCrypt.exec(hashed) ?? [];
  if (isSha !== undefined && Number(rounds256 ?? rounds512 ?? 0) <= maxRounds) {
    // unixcrypt 3.0.4 omits the last block of a password whose length is a multiple of the block size
    const block = hashed.startsWith("$5$") ? 32 : 64;
    if (password !== "" && Buffer.byteLength(password) % block === 0) {
      return { refused: `SHA-crypt, and the length of the password is a multiple of ${block} bytes` };
    }
    return { matches: await runShaCrypt(hashed, password) };
  }
  const [isBcrypt, cost] = bcrypt.exec(hashed) ?? [];
  if (isBcrypt !== undefined && Number(cost) >= 4 && Number(cost) <= maxCost) {
    return { matches: await verifyBcrypt(password, hashed) };
  }
  return { refused: schemeOf(hashed) };
}

/** Returns the name of a scheme. Never contains a part of the hash, which may be a plaintext password. */
function schemeOf(hashed: string): string {
  return schemes.find(([begin]) => begin.test(hashed))?.[1] ?? "an unknown scheme";
}
