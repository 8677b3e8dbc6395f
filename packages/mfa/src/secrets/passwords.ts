import { timingSafeEqual } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

/** Hashes of PINs and passwords. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** Returns whether the password has this hash. Without a hash, returns false after the same amount of work. */
  verify(hashed: string | null | undefined, password: string): Promise<boolean>;
}

/** Cost of argon2: memory in KiB, passes, lanes. */
export interface HashCost {
  readonly memory: number;
  readonly time: number;
  readonly parallelism: number;
}

/** The recommendation of OWASP for argon2id. */
const defaultCost: HashCost = { memory: 19_456, time: 2, parallelism: 1 };

/** Hashes passwords with argon2id. */
export function createPasswords({ memory, time, parallelism }: HashCost = defaultCost): Passwords {
  const options = { memoryCost: memory, timeCost: time, parallelism };
  let nobody: Promise<string> | undefined;
  return {
    hash: (password) => hash(password, options),
    async verify(hashed, password) {
      if (hashed) return verify(hashed, password);
      nobody ??= hash("", options);
      await verify(await nobody, password);
      return false;
    },
  };
}

/** Compares two secrets in a time that reveals only whether their lengths differ. */
export function sameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
