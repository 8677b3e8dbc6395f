import { chmod, chown, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createBookend, memoryBindings } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { bind, record, scriptDirectory } from "../test/scripts.js";
import { listScripts, script } from "./index.js";

const isRoot = process.geteuid?.() === 0;

describe("the handler", () => {
  it("offers each executable under its file name, as long as it exists", async () => {
    const { path } = await scriptDirectory({ "a b.sh": record, ünï_1: record });
    const handler = script({ directory: path });
    expect(Object.keys(handler.actions)).toEqual(["a b.sh", "ünï_1"]);
    await writeFile(join(path, "new"), record, { mode: 0o755 });
    await rm(join(path, "a b.sh"));
    expect(Object.keys(handler.actions)).toEqual(["new", "ünï_1"]);
    expect(handler.actions.new).toBe(handler.actions.new);
    await rm(path, { recursive: true });
    expect(handler.actions).toEqual({});
  });

  it("has a form that contains every option", async () => {
    const { path } = await scriptDirectory({ record });
    const bookend = createBookend({ handlers: [script({ directory: path })], bindings: memoryBindings() });
    const schema = bookend.registry.action("Script", "record")?.options["~standard"];
    expect(schema?.jsonSchema.input({ target: "draft-2020-12" })).toMatchObject({
      required: ["background"],
      properties: {
        background: { enum: ["background", "wait"] },
        raise_error: { "x-visible-if": { option: "background", value: "wait" } },
        sync_to_database: { type: ["boolean", "string", "integer"], "x-allowed": expect.stringContaining("cannot") },
        serial: {},
        user: {},
        realm: {},
        logged_in_user: {},
        logged_in_role: { default: false, type: ["boolean", "string", "integer"] },
      },
    });
  });

  it("does not offer a link to outside, a directory, or a file that others may write to or nobody may execute", async () => {
    const { path } = await scriptDirectory({ good: record, group: record, world: record, plain: record });
    await mkdir(join(path, "sub"));
    await writeFile(join(path, "sub", "deep"), record, { mode: 0o755 });
    await symlink("/bin/true", join(path, "outside"));
    await symlink("sub/deep", join(path, "below"));
    await symlink("nowhere", join(path, "dangling"));
    await symlink("world", join(path, "to-world"));
    await symlink("good", join(path, "inside"));
    await chmod(join(path, "group"), 0o775);
    await chmod(join(path, "world"), 0o757);
    await chmod(join(path, "plain"), 0o644);
    expect(Object.keys(script({ directory: path }).actions)).toEqual(["good", "inside"]);
    const reasons = Object.fromEntries(listScripts(path).map(({ name, refusal }) => [name, refusal]));
    expect(reasons).toEqual({
      good: undefined,
      inside: undefined,
      outside: "it is a link out of the directory",
      below: "it is a link out of the directory",
      dangling: "it does not exist",
      group: "others may write to it",
      world: "others may write to it",
      "to-world": "others may write to it",
      plain: "it is not an executable file",
      sub: "it is not an executable file",
    });
  });

  it.each([".hidden", "-rf", "a..b", "a\nb", "a;b", "__proto__"])(
    "does not offer a file with the name %j",
    async (name) => {
      const { path } = await scriptDirectory({ good: record, [name]: record });
      await writeFile(join(path, name), record, { mode: 0o755 });
      expect(Object.keys(script({ directory: path }).actions)).toEqual(["good"]);
    },
  );

  it.each([0o775, 0o757])("offers nothing in a directory with mode %o", async (mode) => {
    const { path } = await scriptDirectory({ good: record });
    await chmod(path, mode);
    expect(script({ directory: path }).actions).toEqual({});
    expect(listScripts(path)).toEqual([{ name: "good", refusal: "others may write to its directory" }]);
  });

  it.skipIf(!isRoot)("does not offer a file of another user (needs root, who can change owners)", async () => {
    const { path } = await scriptDirectory({ good: record, theirs: record });
    await chown(join(path, "theirs"), 65_534, 65_534);
    expect(Object.keys(script({ directory: path }).actions)).toEqual(["good"]);
    await chown(path, 65_534, 65_534);
    expect(script({ directory: path }).actions).toEqual({});
  });

  it.skipIf(isRoot)("does not offer a file that only others may execute (root may execute it)", async () => {
    const { path } = await scriptDirectory({ theirs: record });
    await chmod(join(path, "theirs"), 0o611);
    expect(script({ directory: path }).actions).toEqual({});
  });

  it.each(["../good", "/bin/true", "sub/../good", "..", "."])("has no action %j", async (action) => {
    const { path } = await scriptDirectory({ good: record });
    await expect(bind(path, action, { background: "wait" })).rejects.toMatchObject({
      problems: [{ code: "UNKNOWN_ACTION", field: "action" }],
    });
  });
});

describe("checks an offered script again when it is run", () => {
  it.each(["wait", "background"])("whether or not the call waits for it: background is %s", async (background) => {
    const { path, recorded } = await scriptDirectory({ record, other: "#!/bin/sh\n" });
    const { call, audit } = await bind(path, "record", { background });
    const file = join(path, "record");
    await chmod(file, 0o775);
    await call();
    await chmod(file, 0o755);
    await chmod(path, 0o777);
    await call();
    await chmod(path, 0o755);
    await rm(file);
    await call();
    await symlink("/bin/true", file);
    await call();
    expect(audit.entries.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ["failed", "was not run: others may write to it"],
      ["failed", "was not run: others may write to its directory"],
      ["failed", "was not run: it does not exist"],
      ["failed", "was not run: it is a link out of the directory"],
    ]);
    expect(await recorded()).toBeUndefined();
  });
});
