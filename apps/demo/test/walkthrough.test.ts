import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { documents, runInShell } from "./shell-blocks.js";
import { testServer } from "./test-server.js";

/** Returns the shell commands of the README, one string for each block. */
async function readmeBlocks(): Promise<string[]> {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  return [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = ""]) => commands);
}

const missing = ["bash", "curl"].filter((program) => spawnSync(program, ["--version"]).status !== 0);
const reason = missing.length > 0 ? ` (skipped: there is no ${missing.join(", no ")})` : "";

it.skipIf(missing.length > 0)(`every command of the README works as described${reason}`, async () => {
  const server = await testServer();
  const blocks = (await readmeBlocks()).map((block) =>
    block
      .replaceAll("http://127.0.0.1:8080", server.url)
      .replaceAll("--data-dir .bookend", `--data-dir ${server.dataDirectory}`),
  );
  expect(blocks.length).toBe(8);
  const [, bind, enrol, audit, totp, explain, login, verify] = await runInShell(blocks);

  const [bound] = documents(bind);
  expect(bound.result.status).toBe(true);
  expect(bound.detail.warnings).toMatchObject([{ code: "SECRET_TAG", field: "options.attach_qrcode" }]);

  const [enrolled, [mail]] = documents(enrol);
  const { serial } = enrolled.detail;
  expect(mail).toMatchObject({
    to: ["alice@demo.example"],
    subject: `Your new token ${serial}`,
    html: expect.stringContaining(`Hello Alice,`),
    attachments: [{ contentType: "image/png", cid: "token_image", filename: `${serial}.png` }],
  });

  const [call, action] = documents(audit)[0].result.value.auditdata;
  expect(call).toMatchObject({ action: "POST /token/init", success: true, serial });
  expect(action).toMatchObject({
    action: "POST-EVENT token_init>>UserNotification:sendmail",
    success: true,
    parent: call.id,
  });

  const [, mails] = documents(totp);
  expect(mails).toHaveLength(1);
  const { bindings } = documents(explain)[0].result.value;
  const mine = bindings.find((each: { name: string }) => each.name === "Mail the QR code");
  expect(mine).toMatchObject({ would_run: false, conditions: [{ name: "tokentype", seen: "totp" }] });

  expect(documents(login)[0].result).toEqual({ status: true, value: true, authentication: "ACCEPT" });
  expect(verify).toMatch(/^\d+ rows verified; all are unchanged\.(\nHead: \d+:\S+)?$/);
});
