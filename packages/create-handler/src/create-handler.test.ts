import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createHandler } from "./index.js";

async function temporary() {
  const directory = await mkdtemp(join(tmpdir(), "bookend-create-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

describe("createHandler", () => {
  it("writes one file for each action, and leaves no placeholder", async () => {
    const directory = join(await temporary(), "new");
    const actions = ["send_message", "warn"];
    const { files } = await createHandler({ name: "ms-teams", actions, positions: ["post"], directory });
    expect(files).toEqual(expect.arrayContaining(["src/actions/send-message.ts", "src/actions/warn.ts", ".gitignore"]));
    const texts = await Promise.all(files.map(async (file) => [file, await readFile(join(directory, file), "utf8")]));
    expect(texts.filter(([, text]) => /\{\{\w+\}\}|^\/\/each/m.test(text ?? ""))).toEqual([]);
    const manifest = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
    expect(manifest).toMatchObject({ name: "bookend-handler-ms-teams", bookend: { handler: "msTeams" } });
  });

  it("uses the major version of this repository's packages", async () => {
    const { version } = JSON.parse(await readFile(new URL("../../core/package.json", import.meta.url), "utf8"));
    const source = await readFile(new URL("create-handler.ts", import.meta.url), "utf8");
    expect(source).toContain(`"^${version.split(".")[0]}.0.0"`);
  });

  it("overwrites nothing", async () => {
    const directory = await temporary();
    await writeFile(join(directory, "package.json"), "mine");
    await expect(createHandler({ name: "slack", directory })).rejects.toThrow(
      /^directory: ".*" is not empty\. Allowed: /,
    );
    expect(await readFile(join(directory, "package.json"), "utf8")).toBe("mine");
    const file = join(directory, "package.json");
    await expect(createHandler({ name: "slack", directory: file })).rejects.toThrow(/^directory: /);
  });

  it.each([
    [{ name: "" }, /^name: "" is not valid/],
    [{ name: "Slack" }, /^name: "Slack" is not valid/],
    [{ name: "../slack" }, /^name: "..\/slack" is not valid/],
    [{ name: "x".repeat(51) }, /^name: /],
    [{ name: "delete" }, /^name: "delete" is a reserved word/],
    [{ name: "define-handler" }, /^name: /],
    [{ name: "slack", actions: [] }, /^actions: there are 0/],
    [{ name: "slack", actions: ["sendMessage"] }, /^actions: "sendMessage" is not valid/],
    [{ name: "slack", actions: ["a", "a"] }, /^actions: "a" is listed twice/],
    [{ name: "warn-action", actions: ["warn"] }, /^actions: "warn" is the name of the handler/],
    [{ name: "slack", positions: ["after"] }, /^positions: "after" is not valid\. Allowed: pre, post\.$/],
    [{ name: "slack", positions: [] }, /^positions: there is none/],
    [{ name: "slack", packageName: "Acme Slack" }, /^package: "Acme Slack" is not a valid name of an npm package/],
  ])("refuses %j", async (answers, message) => {
    const directory = join(await temporary(), "new");
    await expect(createHandler({ ...answers, directory })).rejects.toThrow(message);
  });
});
