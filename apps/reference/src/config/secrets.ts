import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { access, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config, SecretSetting } from "./config.js";
import { ConfigError } from "./load-config.js";
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

/** Takes each secret from the configuration, else from the data directory, where it is made on the first start. Throws `ConfigError`. */
export async function loadSecrets(
  { secrets, dataDirectory, database }: Pick<Config, "secrets" | "dataDirectory" | "database">,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Secrets> {
  const directory = join(dataDirectory, "secrets");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await refuseLostKey(directory, { secrets, dataDirectory, database });
  const take = async (name: keyof Secrets, file: string, make: () => string) => {
    const setting = secrets[name];
    return setting === undefined ? keep(join(directory, file), make) : readSecret(setting, `secrets.${name}`, env);
  };
  const key = async (name: "jwtKey" | "encryptionKey", file: string) => {
    const bytes = Buffer.from(await take(name, file, () => randomBytes(32).toString("base64")), "base64");
    if (bytes.length !== 32) throw new ConfigError(`secrets.${name}: allowed are 32 bytes in base64`);
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
 * @throws {ConfigError}
 */
async function refuseLostKey(
  directory: string,
  config: Pick<Config, "secrets" | "dataDirectory" | "database">,
): Promise<void> {
  const key = join(directory, "encryption.key");
  if (config.secrets.encryptionKey !== undefined || (await exists(key))) return;
  const database = sqliteFile(config);
  const traces = [
    join(directory, "jwt.key"),
    join(directory, "audit.pem"),
    ...(database === undefined ? [] : [database]),
  ];
  for (const trace of traces) {
    if (!(await exists(trace))) continue;
    throw new ConfigError(
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

/** The secret itself. Throws `ConfigError` when the environment lacks it. */
export function readSecret(setting: SecretSetting, field: string, env: NodeJS.ProcessEnv = process.env): string {
  if (typeof setting === "string") return setting;
  const value = env[setting.env];
  if (value === undefined || value === "") {
    throw new ConfigError(`${field}: the environment variable ${setting.env} is not set`);
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
