import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { access, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configurationError } from "../errors/mfa-error.js";

/** The keys of a server: they must not be lost, and nobody else may read them. */
export interface ServerKeys {
  /** Signs sessions. 32 bytes. */
  readonly jwtKey: Uint8Array;
  /** Encrypts stored secrets. 32 bytes. */
  readonly encryptionKey: Uint8Array;
  /** Signs the audit log. Ed25519 private key in PEM. */
  readonly auditKey: string;
}

/** Where the keys of a server come from. */
export interface ServerKeysOptions {
  /** Each key that is not given is kept here, and made on the first start. Created if it does not exist. */
  readonly directory: string;
  /** Keys that are not kept in the directory: 32 bytes in base64, the audit key in PEM. */
  readonly given: { readonly [Name in keyof ServerKeys]?: string | undefined };
  /** Files that exist only if this is not the first start, such as a database; the other keys are always among them. */
  readonly traces?: readonly string[] | undefined;
}

/**
 * Opens the keys of a server.
 *
 * @throws {MfaError} CONFIGURATION_INVALID for a key that is not 32 bytes, and for an encryption key that was lost
 */
export async function openServerKeys({ directory, given, traces = [] }: ServerKeysOptions): Promise<ServerKeys> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (given.encryptionKey === undefined) await refuseLostKey(directory, traces);
  const take = async (name: keyof ServerKeys, file: string, make: () => string) =>
    given[name] ?? keep(join(directory, file), make);
  const key = async (name: "jwtKey" | "encryptionKey", file: string) => {
    const bytes = Buffer.from(await take(name, file, () => randomBytes(32).toString("base64")), "base64");
    if (bytes.length !== 32) throw configurationError(`secrets.${name}: is not valid. Allowed: 32 bytes in base64.`);
    return new Uint8Array(bytes);
  };
  const encryptionKey = await key("encryptionKey", "encryption.key");
  return {
    encryptionKey,
    jwtKey: await key("jwtKey", "jwt.key"),
    auditKey: await take("auditKey", "audit.pem", makeSigningKey),
  };
}

/**
 * A key that is missing although this is not the first start is not made again: nothing that was encrypted with it could be read.
 * The first start makes it before anything else.
 *
 * @throws {MfaError} CONFIGURATION_INVALID
 */
async function refuseLostKey(directory: string, others: readonly string[]): Promise<void> {
  const key = join(directory, "encryption.key");
  if (await exists(key)) return;
  for (const trace of [join(directory, "jwt.key"), join(directory, "audit.pem"), ...others]) {
    if (!(await exists(trace))) continue;
    throw configurationError(
      `secrets.encryptionKey: ${key} is missing, but ${trace} exists, so this is not the first start. Restore the key from a backup: without it, stored OTP keys and passwords cannot be read.`,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function makeSigningKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Reads a file; makes it, complete or not at all, if it does not exist, also when two processes start at once. */
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
