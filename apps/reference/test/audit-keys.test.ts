import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditPublicKey, generateAuditKey } from "@bookend/store-sql";
import { expect, it, onTestFinished, vi } from "vitest";
import { loadSecrets, parseConfig, runCli } from "../src/index.js";
import { openServices } from "../src/services/services.js";

const keys = [generateAuditKey(), generateAuditKey()] as const;

/** Creates a data directory. The functions that it returns take the audit key to use, and then the former keys. */
async function server() {
  const directory = await mkdtemp(join(tmpdir(), "bookend-keys-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const given = (auditKey: string, ...formerAuditKeys: readonly string[]) => ({
    dataDirectory: directory,
    secrets: { auditKey, formerAuditKeys: [...formerAuditKeys] },
  });
  /** Opens the audit log with these keys, as a server does, and writes an entry. */
  const write = async (...used: Parameters<typeof given>) => {
    const config = parseConfig(given(...used));
    const { store, close } = await openServices({ config, secrets: await loadSecrets(config) });
    try {
      const id = crypto.randomUUID();
      await store.audit.call({ id, action: "GET /", success: true, startedAt: new Date(), durationMs: 1 });
    } finally {
      await close();
    }
  };
  /** Runs `audit verify` with these keys. */
  const verify = async (used: Parameters<typeof given>, ...more: readonly string[]) => {
    const file = join(directory, "config.json");
    await writeFile(file, JSON.stringify(given(...used)));
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    const spies = [
      vi.spyOn(console, "log").mockImplementation(say),
      vi.spyOn(console, "error").mockImplementation(say),
    ];
    try {
      return { code: await runCli(["audit", "verify", "--config", file, ...more]), lines };
    } finally {
      process.exitCode = 0;
      for (const spy of spies) spy.mockRestore();
    }
  };
  return { write, verify };
}

it("a new audit key continues the log if the former key, which verifies the earlier rows, is configured", async () => {
  const [former, current] = keys;
  const { write, verify } = await server();
  await write(former);
  await expect(write(current)).rejects.toMatchObject({ code: "AUDIT_KEY_UNKNOWN" });
  await write(current, auditPublicKey(former));
  const { lines, code } = await verify([current, auditPublicKey(former)]);
  expect([lines[0], code]).toEqual(["2 rows verified; all are unchanged.", 0]);
});

it("the head that `audit verify` prints can be used as an anchor later", async () => {
  const { write, verify } = await server();
  await write(keys[0]);
  const first = await verify([keys[0]]);
  const head = /^Head: (\d+:\S+)$/.exec(first.lines[1] ?? "")?.[1] ?? "";
  await write(keys[0]);
  expect(await verify([keys[0]], "--anchor", head)).toMatchObject({ code: 0 });
  const other = await server();
  await other.write(keys[0]);
  expect(await other.verify([keys[0]], "--anchor", head)).toMatchObject({
    code: 1,
    lines: [expect.stringContaining("rolled_back")],
  });
  expect(await other.verify([keys[0]], "--anchor", "newest")).toMatchObject({
    code: 1,
    lines: [expect.stringContaining("--anchor: ")],
  });
});
