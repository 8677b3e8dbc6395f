import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config, SecretSetting } from "./config.js";
import { ConfigError } from "./load-config.js";

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
  { secrets, dataDirectory }: Pick<Config, "secrets" | "dataDirectory">,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Secrets> {
  const directory = join(dataDirectory, "secrets");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const take = async (name: keyof Secrets, file: string, make: () => string) => {
    const setting = secrets[name];
    return setting === undefined ? keep(join(directory, file), make) : readSecret(setting, `secrets.${name}`, env);
  };
  const key = async (name: "jwtKey" | "encryptionKey", file: string) => {
    const bytes = Buffer.from(await take(name, file, () => randomBytes(32).toString("base64")), "base64");
    if (bytes.length !== 32) throw new ConfigError(`secrets.${name}: allowed are 32 bytes in base64`);
    return new Uint8Array(bytes);
  };
  return {
    jwtKey: await key("jwtKey", "jwt.key"),
    encryptionKey: await key("encryptionKey", "encryption.key"),
    auditKey: await take("auditKey", "audit.pem", makeSigningKey),
  };
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
