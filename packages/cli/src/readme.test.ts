import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWorkplace, type Workplace } from "../test/command-run.js";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/^```(\S+)( server)?\n(.*?)^```$/gms)].map(([, language, server, text = ""]) => ({
  language,
  server: server !== undefined,
  text,
}));

/** The words of a line of a shell, as far as the README needs it. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}

const commands = blocks
  .filter(({ language, server }) => language === "console" && !server)
  .flatMap(({ text }) => text.trim().split("\n"));

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
  /** Each says in the README why it does not end with 0. */
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
