import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateAuditKey, openDatabase, sql } from "@bookend/store-sql";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createLogger, loadSecrets, parseConfig, runCli, startServer } from "../src/index.js";

const key = Buffer.alloc(32, 7).toString("base64");
const cheap = { memoryCost: 8, timeCost: 1, parallelism: 1 };

/** A configuration that must be refused. The functions receive the path of the directory of its file. */
interface Case {
  readonly config: (directory: string) => unknown;
  readonly prepare?: (directory: string) => Promise<unknown>;
  /** The beginning of the line that reports the problem. */
  readonly line: string;
}

const file = (name: string) => (directory: string) => writeFile(join(directory, name), "not the expected line");
const withData = (more: object) => () => ({ dataDirectory: "data", port: 0, ...more });

/** Starts a server, stores a token and closes the server. Returns its data directory. */
async function ranOnce(directory: string): Promise<string> {
  const dataDirectory = join(directory, "data");
  const config = parseConfig({ dataDirectory, port: 0, pinHash: cheap });
  const secrets = await loadSecrets(config);
  const server = await startServer({ config, secrets, logger: createLogger({ level: "silent" }) });
  await server.domain.tokens.init({ type: "hotp", genkey: "1" });
  await server.close();
  return dataDirectory;
}

const cases: Record<string, Case> = {
  "malformed YAML": { config: () => "port: 1\n  host: [", line: '--config: "' },
  "malformed JSON": { config: () => '{"port": 1,, "secrets": {"jwtKey": "hunter2"}}', line: '--config: "' },
  "an empty file": { config: () => "", line: "(file): " },
  "no data directory": { config: () => ({ port: 0 }), line: "dataDirectory: the value is missing." },
  "an option that does not exist": { config: withData({ colour: "red" }), line: "colour: this option does not exist." },
  "a misspelled option further down": {
    config: withData({ outgoing: { alow: [] } }),
    line: "outgoing.alow: this option does not exist. Allowed: allow, webhookSecrets.",
  },
  "a port that is a word": {
    config: withData({ port: "http" }),
    line: 'port: "http" is not valid. Allowed: a number.',
  },
  "a port that is too large": { config: withData({ port: 70_000 }), line: "port: 70000 is not valid. Allowed: " },
  "several workers on SQLite": {
    config: withData({ workers: 2 }),
    line: "workers: 2 is not valid for a SQLite database. Allowed: 1, or more with PostgreSQL.",
  },
  "too many workers": { config: withData({ workers: 65 }), line: "workers: 65 is not valid. Allowed: " },
  "a former audit key that is not a key": {
    config: withData({ secrets: { formerAuditKeys: ["hunter2"] } }),
    line: "secrets.formerAuditKeys.0: the key is not valid. Allowed: an Ed25519 public key in PEM.",
  },
  "a foreign address": { config: withData({ host: "192.0.2.1" }), line: "host: this machine does not have" },
  "a host that does not exist": {
    config: withData({ host: "x".repeat(64) }),
    line: 'host: the server cannot listen on "xxx',
  },
  "a data directory that is a file": { config: withData({}), prepare: file("data"), line: 'dataDirectory: "' },
  "a data directory below a file": {
    config: withData({ dataDirectory: "file/data" }),
    prepare: file("file"),
    line: 'dataDirectory: "',
  },
  "a spool directory that is a file": {
    config: withData({ notifications: { spoolDirectory: "file" } }),
    prepare: file("file"),
    line: 'notifications.spoolDirectory: "',
  },
  "no template directory": {
    config: withData({ notifications: { templateDirectory: "none" } }),
    line: 'notifications.templateDirectory: "',
  },
  "no directory of SMS scripts": {
    config: withData({ notifications: { scriptDirectory: "none" } }),
    line: 'notifications.scriptDirectory: "',
  },
  "a script directory that is a file": {
    config: withData({ scripts: { directory: "file" } }),
    prepare: file("file"),
    line: 'scripts.directory: "',
  },
  "no passwd directory": {
    config: withData({ resolvers: { passwdDirectory: "none" } }),
    line: 'resolvers.passwdDirectory: "',
  },
  "an encryption key that is too short": {
    config: withData({ secrets: { encryptionKey: "abc" } }),
    line: "secrets.encryptionKey: the key is not valid. Allowed: 32 bytes in base64.",
  },
  "an encryption key that is not base64": {
    config: withData({ secrets: { encryptionKey: `${key.slice(0, 43)}!` } }),
    line: "secrets.encryptionKey: the key is not valid.",
  },
  "an outbox key that is too short": {
    config: withData({ secrets: { outboxKey: "abc" } }),
    line: "secrets.outboxKey: the key is not valid. Allowed: 32 bytes in base64.",
  },
  "a former outbox key that is not a key": {
    config: withData({ secrets: { formerOutboxKeys: [key, "hunter2"] } }),
    line: "secrets.formerOutboxKeys.1: the key is not valid. Allowed: 32 bytes in base64.",
  },
  "a key whose variable is not set": {
    config: withData({ secrets: { jwtKey: { env: "BOOKEND_TEST_UNSET" } } }),
    line: "secrets.jwtKey: the environment variable BOOKEND_TEST_UNSET is not set.",
  },
  "a secret that is a number": { config: withData({ secrets: { jwtKey: 5 } }), line: "secrets.jwtKey: " },
  "an audit key that is not a key": {
    config: withData({ secrets: { auditKey: "hunter2" } }),
    line: "secrets.auditKey: the key is not valid. Allowed: an Ed25519 private key in PEM.",
  },
  "a key file with something else": {
    config: withData({}),
    async prepare(directory) {
      await mkdir(join(directory, "data/secrets"), { recursive: true });
      await writeFile(join(directory, "data/secrets/encryption.key"), key);
      await writeFile(join(directory, "data/secrets/jwt.key"), "hunter2");
    },
    line: 'secrets.jwtKey: "',
  },
  "a webhook secret of another kind": {
    config: withData({ outgoing: { webhookSecrets: ["v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] } }),
    line: 'outgoing.webhookSecrets.0: the secret is not valid. Allowed: "whsec_"',
  },
  "a second webhook secret whose variable is not set": {
    config: withData({
      outgoing: { webhookSecrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", { env: "BOOKEND_TEST_UNSET" }] },
    }),
    line: "outgoing.webhookSecrets.1: the environment variable BOOKEND_TEST_UNSET is not set.",
  },
  "a network with too long a prefix": {
    config: withData({ outgoing: { allow: ["10.0.0.0/33"] } }),
    line: 'outgoing.allow.0: "10.0.0.0/33" is not an address or a network.',
  },
  "a proxy that is a name": { config: withData({ trustedProxies: ["proxy"] }), line: 'trustedProxies.0: "proxy"' },
  "an exemption that is a number": {
    config: withData({ rateLimit: { exempt: [7] } }),
    line: "rateLimit.exempt.0: 7 is not",
  },
  "a URL of another scheme": {
    config: withData({ publicUrl: "ftp://x.example" }),
    line: 'publicUrl: "ftp://x.example" is not valid. Allowed: a URL that begins with http:// or https://.',
  },
  "a database of another kind": {
    config: withData({ database: { kind: "oracle" } }),
    line: "database.kind: the value is not valid. Allowed: sqlite, postgres.",
  },
  "a database URL whose variable is not set": {
    config: withData({ database: { kind: "postgres", url: { env: "BOOKEND_TEST_UNSET" } } }),
    line: "database.url: the environment variable BOOKEND_TEST_UNSET is not set.",
  },
  "a database URL of another kind": {
    config: withData({ database: { kind: "postgres", url: "mysql://u:hunter2@127.0.0.1/x" } }),
    line: "database.url: the URL of the database is not valid.",
  },
  "a database server that is not running": {
    config: withData({ database: { kind: "postgres", url: "postgres://u:hunter2@127.0.0.1:1/x" } }),
    line: "database.url: the PostgreSQL database cannot be opened: connect ECONNREFUSED 127.0.0.1:1.",
  },
  "a database file that is a directory": {
    config: withData({ secrets: { encryptionKey: key }, database: { kind: "sqlite", file: "." } }),
    line: 'database.file: "',
  },
  "a database file in a directory that does not exist": {
    config: withData({ database: { kind: "sqlite", file: "none/x.db" } }),
    line: 'database.file: "',
  },
  "a database file with other content": {
    config: withData({ secrets: { encryptionKey: key }, database: { kind: "sqlite", file: "file" } }),
    prepare: (directory) => writeFile(join(directory, "file"), "x".repeat(4096)),
    line: "database.file: the SQLite database",
  },
  "a database of a newer version": {
    config: withData({}),
    async prepare(directory) {
      const url = `sqlite:${join(await ranOnce(directory), "bookend.db")}`;
      const { db, close } = await openDatabase<object>({ url });
      await sql`insert into reference_migration (name, timestamp) values ('999-later', '')`.execute(db);
      await close();
    },
    line: "database.file: the database belongs to a newer version, which ran the migrations 999-later.",
  },
  "an encryption key that was lost": {
    config: withData({}),
    prepare: async (directory) => rm(join(await ranOnce(directory), "secrets/encryption.key")),
    line: "secrets.encryptionKey: ",
  },
  "a different encryption key": {
    config: withData({ secrets: { encryptionKey: key } }),
    prepare: ranOnce,
    line: "secrets.encryptionKey: the encryption key is not the one",
  },
  "a different audit key": {
    config: withData({ secrets: { auditKey: generateAuditKey() } }),
    prepare: ranOnce,
    line: "secrets.auditKey: the audit log was signed with the key",
  },
  "hashes that argon2 cannot compute": {
    config: withData({ pinHash: { memoryCost: 8, parallelism: 4 } }),
    line: "pinHash.memoryCost: 8 is too little for the parallelism 4. Allowed: a number of at least 32.",
  },
  "a time limit of zero": {
    config: withData({ timeouts: { request: 0 } }),
    line: "timeouts.request: 0 is not valid.",
  },
  "a log level that does not exist": {
    config: withData({ log: { level: "verbose" } }),
    line: 'log.level: "verbose" is not valid. Allowed: debug, info, warn, error, silent.',
  },
  "an audit setting that is a word": {
    config: withData({ audit: { required: "yes" } }),
    line: 'audit.required: "yes" is not valid. Allowed: true or false.',
  },
  "a list that is a string": {
    config: withData({ trustedProxies: "10.0.0.0/8" }),
    line: 'trustedProxies: "10.0.0.0/8" is not valid. Allowed: a list.',
  },
};

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "bookend-check-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function run(...args: readonly string[]) {
  const output: string[] = [];
  const spies = (["error", "log"] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((line: string) => void output.push(line)),
  );
  try {
    const code = await runCli(args);
    return { code, lines: output.join("\n").split("\n") };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = 0;
  }
}

async function written(directory: string, content: unknown): Promise<string> {
  const path = join(directory, "config.yaml");
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/**
 * Returns all files below a directory, except those that SQLite keeps next to an open database and removes when it is
 * closed.
 */
async function filesOf(directory: string): Promise<readonly string[]> {
  return (await readdir(directory, { recursive: true })).filter((file) => !/-(?:shm|wal)$/.test(file));
}

// from apps/demo/test/fixtures/public-reports.json: F13, and similar cases
describe("serve and serve --check", () => {
  it.each(Object.entries(cases))(
    "refuse %s with the same message, and change nothing",
    async (_, { prepare, ...each }) => {
      const directory = await temporaryDirectory();
      await prepare?.(directory);
      const config = await written(directory, each.config(directory));
      const before = await filesOf(directory);

      const checked = await run("serve", "--config", config, "--check");
      expect(checked.code).toBe(1);
      expect(checked.lines.filter((line) => line.startsWith(each.line))).toHaveLength(1);
      for (const line of checked.lines) {
        expect(line).toMatch(/^[\w.()-]+: .+\. Allowed: .+\.$/);
        expect(line).not.toContain("hunter2");
      }
      expect(await run("serve", "--config", config)).toEqual(checked);
      expect(await filesOf(directory)).toEqual(before);
    },
  );

  it.each(["0", "65", "two", "", "1e1", "-1", "2.5"])("refuse --workers %j", async (workers) => {
    const config = await written(await temporaryDirectory(), withData({})());
    const lines = [`--workers: ${JSON.stringify(workers)} is not valid. Allowed: an integer from 1 to 64.`];
    for (const more of [["--check"], []]) {
      expect(await run("serve", "--config", config, "--workers", workers, ...more)).toEqual({ code: 1, lines });
    }
  });

  it("refuse a port that is in use", async () => {
    const directory = await temporaryDirectory();
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const config = await written(directory, { dataDirectory: "data", port });
    const line = `port: ${port} is in use on 127.0.0.1 by another server. Allowed: a free port, or 0 for any free port.`;
    for (const args of [["--check"], []]) {
      expect(await run("serve", "--config", config, ...args)).toEqual({ code: 1, lines: [line] });
    }
    expect(await readdir(directory)).toEqual(["config.yaml"]);
  });

  it("report all problems together", async () => {
    const directory = await temporaryDirectory();
    await file("file")(directory);
    const secrets = { encryptionKey: "abc", jwtKey: { env: "BOOKEND_TEST_UNSET" } };
    const outgoing = { webhookSecrets: ["v1,whsec_x"] };
    const config = await written(directory, {
      dataDirectory: "data",
      host: "192.0.2.1",
      secrets,
      outgoing,
      scripts: { directory: "file" },
    });
    const { lines } = await run("serve", "--config", config, "--check");
    expect(lines.map((line) => line.split(":", 1)[0])).toEqual([
      "scripts.directory",
      "secrets.jwtKey",
      "secrets.encryptionKey",
      "outgoing.webhookSecrets.0",
      "host",
    ]);
  });
});

describe("serve --check", () => {
  it("accepts a first start without creating files", async () => {
    const directory = await temporaryDirectory();
    const config = await written(directory, { dataDirectory: "data", port: 0 });
    expect(await run("serve", "--config", config, "--check")).toEqual({ code: 0, lines: [`${config} can be used.`] });
    expect(await readdir(directory)).toEqual(["config.yaml"]);
  });

  it("warns about stored data that cannot be used but does not prevent the start", async () => {
    const directory = await temporaryDirectory();
    const dataDirectory = await ranOnce(directory);
    await mkdir(join(dataDirectory, "passwd"));
    await writeFile(join(dataDirectory, "passwd/users"), "dave:x:1:1:Dave D,,,,:/:\n");
    const { db, close } = await openDatabase<object>({ url: `sqlite:${join(dataDirectory, "bookend.db")}` });
    const settings = JSON.stringify({ fileName: "gone" });
    await sql`insert into resolver (name, type, settings) values ('lost', 'passwdresolver', ${settings})`.execute(db);
    const ldap = { LDAPURI: "ldaps://127.0.0.1:1", LDAPBASE: "o=x", TLS_CA_FILE: join(directory, "config.yaml") };
    await sql`insert into resolver (name, type, settings) values ('far', 'ldapresolver', ${JSON.stringify(ldap)})`.execute(
      db,
    );
    await sql`insert into bookend_binding (name, active, events, position, ordering, handler, action, options, conditions, delivery, revision)
      values ('b', 1, '["token_init"]', 'post', 0, 'Loging', 'logging', '{}', '{}', 'inline', 1)`.execute(db);
    await close();
    const config = await written(directory, { dataDirectory: "data", port: 0 });
    const { code, lines } = await run("serve", "--config", config, "--check");
    expect(code).toBe(0);
    expect(lines).toEqual([
      expect.stringMatching(/^warning: resolver "far": TLS_CA_FILE: ".*config\.yaml" cannot be used/),
      expect.stringMatching(/^warning: resolver "lost": The file "gone"/),
      expect.stringMatching(/^warning: binding 1: handler: .*"Loging" does not exist\. Did you mean "Logging"\?/),
      `${config} can be used.`,
    ]);
  });
});
