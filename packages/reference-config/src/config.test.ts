import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigError } from "./config-error.js";
import { loadConfig, parseConfig } from "./load-config.js";
import { loadSecrets, readSecret } from "./secrets.js";

async function temporaryDirectory() {
  const directory = await mkdtemp(join(tmpdir(), "bookend-config-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

describe("the configuration", () => {
  it("is read from YAML or JSON, with paths relative to the file", async () => {
    const directory = await temporaryDirectory();
    for (const [name, text] of [
      ["a.yaml", "dataDirectory: data\nnotifications: { spoolDirectory: ../spool }\nport: 9000\n"],
      ["a.json", '{"dataDirectory": "data", "notifications": {"spoolDirectory": "../spool"}, "port": 9000}'],
    ] as const) {
      await writeFile(join(directory, name), text);
      expect(await loadConfig(join(directory, name))).toMatchObject({
        host: "127.0.0.1",
        port: 9000,
        dataDirectory: join(directory, "data"),
        notifications: { spoolDirectory: join(directory, "..", "spool") },
        database: { kind: "sqlite" },
        trustedProxies: [],
      });
    }
  });

  it.each([
    ["port", { port: 70_000 }],
    ["trustedProxies.0", { trustedProxies: ["10.0.0.0/33"] }],
    ["publicUrl", { publicUrl: "ftp://x.example" }],
    ["database", { database: { kind: "oracle" } as never }],
    ["pinHash.memoryCost", { pinHash: { memoryCost: 1 } }],
    ["nonsense", { nonsense: true }],
  ])("is refused with an error that names %s", (field, config) => {
    expect(() => parseConfig({ dataDirectory: "x", ...config })).toThrow(ConfigError);
    expect(() => parseConfig({ dataDirectory: "x", ...config })).toThrow(field);
  });

  it("is refused without naming any secret value", () => {
    const config = { dataDirectory: "x", database: { kind: "postgres", url: ["hunter2"] } as never };
    expect(() => parseConfig(config)).toThrow(/database\.url/);
    expect(() => parseConfig(config)).not.toThrow(/hunter2/);
  });
});

describe("secrets", () => {
  it("are generated once and readable only by their owner, even when two processes start at the same time", async () => {
    const config = parseConfig({ dataDirectory: await temporaryDirectory() });
    const [one, two] = await Promise.all([loadSecrets(config, {}), loadSecrets(config, {})]);
    expect(one).toEqual(two);
    expect(one.jwtKey).toHaveLength(32);
    expect(one.jwtKey).not.toEqual(one.encryptionKey);
    expect(await loadSecrets(config, {})).toEqual(one);
    const file = join(config.dataDirectory, "secrets", "encryption.key");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(Buffer.from(await readFile(file, "utf8"), "base64")).toEqual(Buffer.from(one.encryptionKey));
  });

  it("come from the environment if the configuration says so", async () => {
    const dataDirectory = await temporaryDirectory();
    const config = parseConfig({ dataDirectory, secrets: { jwtKey: { env: "JWT" } } });
    const key = Buffer.alloc(32, 1);
    expect((await loadSecrets(config, { JWT: key.toString("base64") })).jwtKey).toEqual(new Uint8Array(key));
    await expect(loadSecrets(config, { JWT: "c2hvcnQ=" })).rejects.toThrow(
      "secrets.jwtKey: the key is not valid. Allowed: 32 bytes in base64.",
    );
    await expect(loadSecrets(config, {})).rejects.toThrow("the environment variable JWT is not set");
    expect(readSecret("itself", "x", {})).toBe("itself");
  });
});

describe("a lost encryption key", () => {
  it.each(["secrets/jwt.key", "secrets/audit.pem", "bookend.db"])(
    "is not generated again if there is %s",
    async (trace) => {
      const config = parseConfig({ dataDirectory: await temporaryDirectory() });
      await mkdir(join(config.dataDirectory, "secrets"));
      await writeFile(join(config.dataDirectory, trace), "x");
      await expect(loadSecrets(config)).rejects.toThrow(
        /^secrets\.encryptionKey: .*encryption\.key is missing, but .* exists/,
      );
      await expect(stat(join(config.dataDirectory, "secrets/encryption.key"))).rejects.toMatchObject({
        code: "ENOENT",
      });
      const encryptionKey = Buffer.alloc(32).toString("base64");
      const given = { ...config, secrets: { encryptionKey, formerAuditKeys: [], formerOutboxKeys: [] } };
      if (trace === "bookend.db") await expect(loadSecrets(given)).resolves.toBeDefined();
    },
  );
});
