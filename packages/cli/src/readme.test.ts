import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AnyDeliveryKind, defaultRetryPolicy } from "@bookend/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWorkplace, runCommand, type Workplace } from "../test/command-run.js";
import { startTestServer, type TestServer, tokens } from "../test/test-server.js";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/^```(\S+)( server)?\n(.*?)^```$/gms)].map(([, language, server, text = ""]) => ({
  language,
  server: server !== undefined,
  text,
}));

/** Splits a line into words like a shell, as far as the README needs it. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}

const linesOf = (ofServer: boolean) =>
  blocks
    .filter(({ language, server }) => language === "console" && server === ofServer)
    .flatMap(({ text }) => text.trim().split("\n"));
const commands = linesOf(false);

describe("the examples of the README", () => {
  let workplace: Workplace;
  beforeAll(async () => {
    workplace = await createWorkplace();
    for (const { text } of blocks) {
      const [, file] = /^# file: (\S+)\n/.exec(text) ?? [];
      if (file !== undefined) await workplace.write(file, text);
    }
    await copyFile(
      new URL("../../../apps/demo/test/fixtures/privacyidea-export/export.json", import.meta.url),
      join(workplace.directory, "privacyidea.json"),
    );
  });
  afterAll(() => workplace.remove());

  const env = { TICKET_HOOK: "https://tickets.example/services/T1/x" };
  /** Commands for which the README explains why their exit code is not 0. */
  const codes: Readonly<Record<string, number>> = {
    "bookend import --from privacyidea --dry-run privacyidea.json": 1,
    "bookend import --from privacyidea --inactive --report html --out report.html privacyidea.json": 1,
  };

  test.each(commands)("%s", async (line) => {
    const [dollar, program, ...args] = wordsOf(line);
    expect([dollar, program]).toEqual(["$", "bookend"]);
    const { code, stdout, stderr } = await workplace.run(args, { env });
    expect(code, stdout + stderr).toBe(codes[line.slice(2)] ?? 0);
    expect(stdout + stderr).not.toContain(env.TICKET_HOOK);
  });

  describe("for questions to a server", () => {
    let server: TestServer;
    let home: Workplace;
    beforeAll(async () => {
      home = await createWorkplace({ database: false });
      server = await startTestServer({ stored: true });
      const given = { BOOKEND_URL: server.url, BOOKEND_TOKEN: tokens.admin, ...env };
      const file = blocks.find(({ text }) => text.startsWith("# file: bindings.yaml"))?.text ?? "";
      await runCommand(["apply", "-"], home.directory, { stdin: file, env: given });
      const kind: AnyDeliveryKind = { name: "webhook", send: () => ({ status: "sent" }) };
      for (const id of ["dlv_42", "dlv_43"]) {
        const delivery = {
          id,
          kind: "WebHook/webhook",
          version: 1,
          payload: {},
          destination: "https://hooks.example",
          summary: "POST",
          retry: defaultRetryPolicy,
          createdAt: new Date(),
          callId: "call-1",
          event: "token_init",
          bindingId: 2,
          bindingName: "Tell the ticket system",
        };
        await server.stored?.outbox.submit(delivery, { kind, signal: new AbortController().signal });
      }
    });
    afterAll(async () => {
      await server.close();
      await home.remove();
    });

    test.each(linesOf(true))("%s", async (line) => {
      const [, , ...args] = wordsOf(line);
      // the commands that follow use the token that login stored
      const { code, stdout, stderr } = await runCommand(args, home.directory, {
        env: { BOOKEND_URL: server.url },
        stdin: args[0] === "login" ? "right\n" : "",
      });
      expect(code, stdout + stderr).toBe(0);
    });
  });

  test("name every command", () => {
    const named = new Set(
      blocks
        .filter(({ language }) => language === "console")
        .flatMap(({ text }) => text.trim().split("\n"))
        .map((line) => wordsOf(line)[2]),
    );
    expect([...named].sort()).toEqual(
      "apply audit backtest check completion copy delete deliveries disable enable explain export handlers history import list login plan preview show"
        .split(" ")
        .sort(),
    );
  });
});
