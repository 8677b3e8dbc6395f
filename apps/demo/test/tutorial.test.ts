import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { documents, runInShell } from "./shell-blocks.js";
import { testServer } from "./test-server.js";

const missing = ["bash", "curl"].filter((program) => spawnSync(program, ["--version"]).status !== 0);
const reason = missing.length > 0 ? ` (skipped: there is no ${missing.join(", no ")})` : "";

it.skipIf(missing.length > 0)(
  `every command of the tutorial for administrators works as described${reason}`,
  async () => {
    const server = await testServer();
    const tutorial = await readFile(new URL("../../../docs/tutorials/administrator.md", import.meta.url), "utf8");
    const blocks = [...tutorial.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = ""]) =>
      commands.replaceAll("http://127.0.0.1:8080", server.url),
    );
    expect(blocks.length).toBe(5);
    const [, bind, disable, explain, audit] = await runInShell(blocks);

    const [bound] = documents(bind);
    expect(bound.result).toMatchObject({ status: true, value: expect.any(Number) });

    const [disabled, [mail]] = documents(disable);
    expect(disabled.result).toMatchObject({ status: true });
    expect(mail).toMatchObject({ to: ["erin@demo.example"], subject: "Token TOTP00000001 was disabled" });
    expect(mail.text).toContain("admin disabled your token TOTP00000001.");

    const mine = documents(explain)[0].result.value.bindings.find(
      ({ name }: { name: string }) => name === "Tell owners of disabled tokens",
    );
    expect(mine).toMatchObject({ would_run: false, conditions: [{ name: "tokentype", seen: "spass" }] });

    const [call, action] = documents(audit)[0].result.value.auditdata;
    expect(call).toMatchObject({ action: "POST /token/disable", success: true, serial: "TOTP00000001" });
    expect(action).toMatchObject({ action: "POST-EVENT token_disable>>UserNotification:sendmail", parent: call.id });
  },
);
