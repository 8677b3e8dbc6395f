import { createPrivateKey, generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { access, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { problemMessage } from "@bookend/core";
import { configurationError } from "../errors/mfa-error.js";

/** The keys of a server: they must not be lost, and nobody else may read them. */
export interface ServerKeys {
  /** Signs sessions. 32 bytes. */
  readonly jwtKey: Uint8Array;
  /** Encrypts stored secrets. 32 bytes. */
  readonly encryptionKey: Uint8Array;
  /** Signs the audit log. Ed25519 private key in PEM. */
  readonly auditKey: string;
  /** Encrypts waiting deliveries in the outbox. 32 bytes. */
  readonly outboxKey: Uint8Array;
}

/** The sources of a server's keys. */
export interface ServerKeysOptions {
  /**
   * Directory that stores the keys that are not in `given`. The directory and these keys are created if they do not
   * exist.
   */
  readonly directory: string;
  /** Keys that are not stored in the directory: 32 bytes in base64, the audit key in PEM. */
  readonly given: { readonly [Name in keyof ServerKeys]?: string | undefined };
  /**
   * Files whose existence shows that this is not the first start, such as a database. The files of the JWT key and of
   * the audit key always show this.
   */
  readonly traces?: readonly string[] | undefined;
}

/** How each key is stored, generated and described. The encryption key is generated first, see {@link lostKey}. */
const kinds = {
  encryptionKey: { file: "encryption.key", make: makeKey, isValid: isServerKey, allowed: "32 bytes in base64" },
  jwtKey: { file: "jwt.key", make: makeKey, isValid: isServerKey, allowed: "32 bytes in base64" },
  auditKey: {
    file: "audit.pem",
    make: makeSigningKey,
    isValid: isSigningKey,
    allowed: "an Ed25519 private key in PEM",
  },
  outboxKey: { file: "outbox.key", make: makeKey, isValid: isServerKey, allowed: "32 bytes in base64" },
} as const;

const names = Object.keys(kinds) as (keyof ServerKeys)[];

/**
 * Opens the keys of a server. Generates and stores those that are missing.
 *
 * @throws {MfaError} CONFIGURATION_INVALID with a line for each key that is not valid, and for an encryption key that
 * was lost
 */
export async function openServerKeys(options: ServerKeysOptions): Promise<ServerKeys> {
  const { problems } = await inspectServerKeys(options);
  if (problems.length > 0) throw configurationError(problems.join("\n"));
  const { directory, given } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const taken = {} as Record<keyof ServerKeys, string>;
  for (const name of names) {
    const { file, make } = kinds[name];
    taken[name] = given[name]?.trim() ?? (await keep(join(directory, file), make));
  }
  return toKeys(taken);
}

/** The result of {@link inspectServerKeys}. */
export interface FoundServerKeys {
  /** A line for each key that cannot be used, `secrets.<name>: <what is wrong>. Allowed: <what>.`, without the key. */
  readonly problems: readonly string[];
  /** The keys. Invalid or missing keys are replaced with new keys that are not stored. */
  readonly keys: ServerKeys;
}

/** Checks the keys of a server like {@link openServerKeys}, without creating files. */
export async function inspectServerKeys(options: ServerKeysOptions): Promise<FoundServerKeys> {
  const lost = await lostKey(options);
  const problems = lost === undefined ? [] : [lost];
  const found = {} as Record<keyof ServerKeys, string>;
  for (const name of names) {
    const { file, make, isValid, allowed } = kinds[name];
    const path = join(options.directory, file);
    let value = options.given[name]?.trim();
    let wrong = "the key is not valid";
    if (value === undefined) {
      try {
        value = (await readIfThere(path))?.trim();
        wrong = `${JSON.stringify(path)} does not contain the key`;
      } catch (error) {
        value = "";
        wrong = `${JSON.stringify(path)} cannot be read (${(error as NodeJS.ErrnoException).code})`;
      }
    }
    if (value !== undefined && !isValid(value)) {
      problems.push(problemMessage(wrong, allowed, `secrets.${name}`));
      value = undefined;
    }
    found[name] = value ?? make();
  }
  return { problems, keys: toKeys(found) };
}

function toKeys(keys: Readonly<Record<keyof ServerKeys, string>>): ServerKeys {
  const { encryptionKey, jwtKey, auditKey, outboxKey } = keys;
  return {
    encryptionKey: bytesOf(encryptionKey),
    jwtKey: bytesOf(jwtKey),
    auditKey,
    outboxKey: bytesOf(outboxKey),
  };
}

/**
 * Reports an encryption key that is missing after the first start. It is not generated again, since data encrypted with
 * the former key could not be read. The first start generates it before anything else.
 */
async function lostKey({ directory, given, traces = [] }: ServerKeysOptions): Promise<string | undefined> {
  const key = join(directory, kinds.encryptionKey.file);
  if (given.encryptionKey !== undefined || (await exists(key))) return undefined;
  for (const trace of [join(directory, kinds.jwtKey.file), join(directory, kinds.auditKey.file), ...traces]) {
    if (!(await exists(trace))) continue;
    return problemMessage(
      `${key} is missing, but ${trace} exists, so this is not the first start`,
      "the key from a backup; without it, stored OTP keys and passwords cannot be read",
      "secrets.encryptionKey",
    );
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function makeKey(): string {
  return randomBytes(32).toString("base64");
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** Returns whether this is a key of 32 bytes in base64. */
export function isServerKey(text: string): boolean {
  // Buffer.from ignores characters outside the base64 alphabet
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) && bytesOf(text).length === 32;
}

function isSigningKey(text: string): boolean {
  try {
    return createPrivateKey(text).asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}

function makeSigningKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/**
 * Returns the content of a file. If the file does not exist, creates it atomically, even if two processes start at the
 * same time.
 */
async function keep(file: string, make: () => string): Promise<string> {
  const found = await readIfThere(file);
  if (found !== undefined) return found.trim();
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, `${make().trim()}\n`, { mode: 0o600, flag: "wx", flush: true });
  try {
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(temporary);
  }
  return (await readFile(file, "utf8")).trim();
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
