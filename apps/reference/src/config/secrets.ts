import { createPrivateKey, generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { access, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config, SecretSetting } from "./config.js";
import { ConfigError } from "./config-error.js";
import { sqliteFile } from "./sqlite-file.js";

/** What must not be lost and must not be read by others. */
export interface Secrets {
  /** 32 bytes. */
  readonly jwtKey: Uint8Array;
  /** 32 bytes. */
  readonly encryptionKey: Uint8Array;
  /** Ed25519 private key in PEM. */
  readonly auditKey: string;
}

type SecretConfig = Pick<Config, "secrets" | "dataDirectory" | "database">;

/** Where each secret is kept if the configuration does not give it, how one is made, and what one is. */
const kinds = {
  encryptionKey: { file: "encryption.key", make: makeKey, isValid: isKey, allowed: "32 bytes in base64" },
  jwtKey: { file: "jwt.key", make: makeKey, isValid: isKey, allowed: "32 bytes in base64" },
  auditKey: {
    file: "audit.pem",
    make: makeSigningKey,
    isValid: isSigningKey,
    allowed: "an Ed25519 private key in PEM",
  },
} as const;

const names = Object.keys(kinds) as (keyof Secrets)[];

/**
 * Takes each secret from the configuration, else from the data directory, where it is made on the first start.
 *
 * @throws {ConfigError}
 */
export async function loadSecrets(config: SecretConfig, env: NodeJS.ProcessEnv = process.env): Promise<Secrets> {
  const { problems } = await inspectSecrets(config, env);
  if (problems.length > 0) throw new ConfigError(problems);
  const directory = secretDirectory(config);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const taken: Partial<Record<keyof Secrets, string>> = {};
  // one after another: the encryption key is made first, see lostKey
  for (const name of names) {
    const { file, make } = kinds[name];
    const setting = config.secrets[name];
    taken[name] =
      setting === undefined ? await keep(join(directory, file), make) : readSecret(setting, `secrets.${name}`, env);
  }
  return toSecrets(taken as Record<keyof Secrets, string>);
}

/** What {@link inspectSecrets} finds. */
export interface FoundSecrets {
  /** A line for each secret that cannot be used. */
  readonly problems: readonly string[];
  /** Those that cannot be used or are still to be made are replaced by ones that are kept nowhere. */
  readonly secrets: Secrets;
}

/** Looks at each secret as {@link loadSecrets} does, and makes no file. */
export async function inspectSecrets(
  config: SecretConfig,
  env: NodeJS.ProcessEnv = process.env,
): Promise<FoundSecrets> {
  const directory = secretDirectory(config);
  const lost = await lostKey(directory, config);
  const problems = lost === undefined ? [] : [lost];
  const found = {} as Record<keyof Secrets, string>;
  for (const name of names) {
    const { file, make, isValid, allowed } = kinds[name];
    const [setting, path] = [config.secrets[name], join(directory, file)];
    try {
      const value =
        setting === undefined ? await readKey(name, path) : readSecret(setting, `secrets.${name}`, env).trim();
      if (value !== undefined && !isValid(value)) {
        const what = setting === undefined ? `${JSON.stringify(path)} does not hold the key` : "the key is not valid";
        problems.push(`secrets.${name}: ${what}. Allowed: ${allowed}.`);
      } else found[name] = value ?? make();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
    found[name] ??= make();
  }
  return { problems, secrets: toSecrets(found) };
}

function toSecrets({ encryptionKey, jwtKey, auditKey }: Readonly<Record<keyof Secrets, string>>): Secrets {
  return { encryptionKey: bytesOf(encryptionKey), jwtKey: bytesOf(jwtKey), auditKey };
}

function secretDirectory({ dataDirectory }: Pick<Config, "dataDirectory">): string {
  return join(dataDirectory, "secrets");
}

async function readKey(name: keyof Secrets, path: string): Promise<string | undefined> {
  try {
    return (await readIfThere(path))?.trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(
      `secrets.${name}: ${JSON.stringify(path)} cannot be read (${code}). Allowed: a file that this process can read.`,
    );
  }
}

function makeKey(): string {
  return randomBytes(32).toString("base64");
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

function isKey(text: string): boolean {
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

/**
 * A key that is missing although this is not the first start is not made again: nothing that was encrypted with it could be read.
 * The first start makes it before anything else.
 */
async function lostKey(directory: string, config: SecretConfig): Promise<string | undefined> {
  const key = join(directory, kinds.encryptionKey.file);
  if (config.secrets.encryptionKey !== undefined || (await exists(key))) return undefined;
  const database = sqliteFile(config);
  const traces = [
    join(directory, kinds.jwtKey.file),
    join(directory, kinds.auditKey.file),
    ...(database === undefined ? [] : [database]),
  ];
  for (const trace of traces) {
    if (!(await exists(trace))) continue;
    return `secrets.encryptionKey: ${key} is missing, but ${trace} exists, so this is not the first start. Allowed: the key from a backup; without it, stored OTP keys and passwords cannot be read.`;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * The secret itself.
 *
 * @throws {ConfigError} the environment lacks it
 */
export function readSecret(setting: SecretSetting, field: string, env: NodeJS.ProcessEnv = process.env): string {
  if (typeof setting === "string") return setting;
  const value = env[setting.env];
  if (value === undefined || value === "") {
    throw new ConfigError(
      `${field}: the environment variable ${setting.env} is not set. Allowed: the name of a variable that holds the secret.`,
    );
  }
  return value;
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
