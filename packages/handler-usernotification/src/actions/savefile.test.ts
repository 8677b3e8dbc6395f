import { link, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type HostOptions, host as hostOf, user } from "../../test/host.js";

let root: string;
let spool: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bookend-"));
  spool = join(root, "spool");
  await mkdir(spool);
  await writeFile(join(root, "outside"), "untouched");
});
afterEach(() => rm(root, { recursive: true }));

const host = (options: HostOptions = {}) => hostOf({ spoolDirectory: spool, ...options });

/** Lists all files and directories below the root, except the spool directory itself. */
async function paths(): Promise<string[]> {
  return (await readdir(root, { recursive: true })).filter((path) => path !== "spool").sort();
}

describe("a file", () => {
  it("has the mode 0600, and no other file is left in the directory", async () => {
    const { run } = host();
    const entry = await run("savefile", { filename: "{username}.csv", body: "{user};{surname}\n" });
    expect(entry).toMatchObject({ outcome: "done", details: { file: "alice.csv" } });
    expect(await readFile(join(spool, "alice.csv"), "utf8")).toBe("Alice;Liddell\n");
    expect((await stat(join(spool, "alice.csv"))).mode & 0o777).toBe(0o600);
    expect(await paths()).toEqual(["outside", "spool/alice.csv"]);
  });

  it("replaces an existing file, but not the contents of another hard link to that file", async () => {
    await writeFile(join(spool, "a"), "old", { mode: 0o644 });
    await link(join(spool, "a"), join(root, "same"));
    await host().run("savefile", { filename: "a", body: "new" });
    expect(await readFile(join(spool, "a"), "utf8")).toBe("new");
    expect((await stat(join(spool, "a"))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(root, "same"), "utf8")).toBe("old");
  });

  it("is written to new directories inside the spool directory", async () => {
    expect(await host().run("savefile", { filename: "a/b/{date}/c", body: "x" })).toMatchObject({ outcome: "done" });
    expect((await stat(join(spool, "a/b"))).mode & 0o777).toBe(0o700);
    await rm(spool, { recursive: true });
    expect(await host().run("savefile", { filename: "a", body: "x" })).toMatchObject({
      outcome: "failed",
      reason: "the spool directory does not exist",
    });
    expect(await paths()).toEqual(["outside"]);
  });

  it("has 16 random letters and digits instead of {random}", async () => {
    const { run } = host();
    for (const _ of [1, 2]) await run("savefile", { filename: "n-{random}.csv", body: "x" });
    const files = await readdir(spool);
    expect(files).toHaveLength(2);
    for (const file of files) expect(file).toMatch(/^n-[A-Za-z0-9]{16}\.csv$/);
  });

  it("has no slash at the beginning of its name, even after an empty tag", async () => {
    await host().run("savefile", { filename: "{realm}/x", body: "x" });
    expect(await paths()).toEqual(["outside", "spool/x"]);
  });

  it("is not named in the audit log if the name contains secrets", async () => {
    const response = { status: 200, body: { detail: { pin: "canary" } } };
    const entry = await host().run("savefile", { filename: "{pin}", body: "x" }, { response });
    expect(entry.outcome).toBe("done");
    expect(JSON.stringify(entry)).not.toContain("canary");
  });

  it("may be in a spool directory that is a link", async () => {
    await symlink(spool, join(root, "linked"));
    await host({ spoolDirectory: join(root, "linked") }).run("savefile", { filename: "x", body: "x" });
    expect(await readdir(spool)).toEqual(["x"]);
  });
});

describe("a name that leads elsewhere", () => {
  it.each([
    ["/a.txt", "a.txt"],
    ["//etc/x", "etc/x"],
    ["/{username}.txt", "alice.txt"],
    ["/\\{x}/y", "{x}/y"],
  ])("%j loses its leading slashes when saved and when run", async (filename, written) => {
    expect(await host().run("savefile", { filename, body: "x" })).toMatchObject({ outcome: "done" });
    expect(await paths()).toContain(`spool/${written}`);
  });

  it.each([
    ...["../../x", "../spool/x", "a/../../x", "..", "/../x", "x\ny"],
    // names that can never be a file
    ...[
      ".",
      "./",
      "a/",
      "a/.",
      "/",
      "//",
      "",
      "a//b",
      "{realm}/",
      "{username}//x",
      "a\\b",
      `${"n".repeat(256)}`,
      `a/${"ü".repeat(128)}`,
    ],
  ])("is refused when saved: %j", async (filename) => {
    const { run } = host();
    await expect(run("savefile", { filename, body: "x" })).rejects.toMatchObject({
      code: "BINDING_INVALID",
      problems: [{ severity: "error", field: "options.filename", value: filename }],
    });
    expect(await paths()).toEqual(["outside"]);
  });

  it.each([
    ["../x", "{surname}"],
    ["/etc/x", "{surname}"],
    ["..", "{surname}/x"],
    [".", "{surname}"],
    [".", "{surname}./x"],
    ["", "{surname}"],
    ["", "a/{surname}"],
    ["", "a/{surname}/b"],
    ["a\0b", "{surname}"],
    ["a\nb", "{surname}"],
    ["a\\b", "{surname}"],
    ["ü".repeat(128), "{surname}"],
    ["..", "{{#if surname}}../{{/if}}x"],
  ])("caused by a tag with the value %j in %j fails, and writes nothing", async (surname, filename) => {
    const { run } = host({ people: [user("alice", { surname })] });
    const { outcome, reason } = await run("savefile", { filename, body: "x" });
    expect(outcome).toBe("failed");
    expect(reason).not.toContain("etc");
    expect(await paths()).toEqual(["outside"]);
  });

  it.each([
    ["file", "leak"],
    ["directory", "leak/x"],
    ["directory above another", "leak/a/b"],
  ])("through a link to a %s fails, and writes nothing", async (kind, filename) => {
    await mkdir(join(root, "elsewhere"));
    await symlink(join(root, kind === "file" ? "outside" : "elsewhere"), join(spool, "leak"));
    const { run } = host();
    expect(await run("savefile", { filename, body: "x" })).toMatchObject({ outcome: "failed" });
    expect(await paths()).toEqual(["elsewhere", "outside", "spool/leak"]);
    expect((await lstat(join(spool, "leak"))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(root, "outside"), "utf8")).toBe("untouched");
  });

  it("through a link that is created in the meantime never leaves the spool directory", async () => {
    const elsewhere = join(root, "elsewhere");
    await mkdir(elsewhere);
    const { call } = await host().save("savefile", { filename: "d/{random}", body: "x" });
    let writing = true;
    const swap = async () => {
      while (writing) {
        // an attempt fails if a write came in between
        await symlink(elsewhere, join(spool, "d")).catch(() => undefined);
        await rm(join(spool, "d"), { recursive: true, force: true }).catch(() => undefined);
      }
    };
    const swapping = swap();
    for (let count = 0; count < 300; count++) await call();
    writing = false;
    await swapping;
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it.each(["file/x", "directory"])("to an existing %s fails", async (filename) => {
    await writeFile(join(spool, "file"), "");
    await mkdir(join(spool, "directory"));
    expect(await host().run("savefile", { filename, body: "x" })).toMatchObject({ outcome: "failed" });
    expect(await paths()).toEqual(["outside", "spool/directory", "spool/file"]);
  });
});

describe("a body from a file", () => {
  const body = (name: string) => ({ filename: "x", body: `file:${name}` });
  let templates: string;
  beforeEach(async () => {
    templates = join(root, "templates");
    await mkdir(templates);
    await writeFile(join(templates, "mail.txt"), "Hello {user}");
  });

  it("is read when it is used", async () => {
    const { run } = host({ templateDirectory: templates });
    await run("savefile", body("mail.txt"));
    expect(await readFile(join(spool, "x"), "utf8")).toBe("Hello Alice");
    await writeFile(join(templates, "mail.txt"), "Bye {user}");
    await run("savefile", body("mail.txt"));
    expect(await readFile(join(spool, "x"), "utf8")).toBe("Bye Alice");
  });

  it("may be a link within the template directory, but not a link that leads out of it", async () => {
    await symlink("mail.txt", join(templates, "inside"));
    await symlink(join(root, "outside"), join(templates, "leak"));
    const { check } = host({ templateDirectory: templates });
    expect(await check("savefile", body("inside"))).toEqual([]);
    expect(await check("savefile", body("leak"))).toMatchObject([{ severity: "error", field: "options.body" }]);
  });

  it.each(["../outside", "/etc/passwd", "..", "", "a/b", "a\\b", "missing"])(
    "cannot be read from elsewhere: %j",
    async (name) => {
      const { check } = host({ templateDirectory: templates });
      expect(await check("savefile", body(name))).toMatchObject([
        { severity: "error", code: "OPTION_INVALID", field: "options.body" },
      ]);
    },
  );

  it.each(["filename", "body"])("with a NUL in %s is refused, as in any string", async (option) => {
    const options = { filename: "x", body: "x", [option]: "file:a\0b" };
    expect(await host({ templateDirectory: templates }).check("savefile", options)).toMatchObject([
      { severity: "error", code: "FIELD_INVALID", field: `options.${option}` },
    ]);
  });

  it("that is invalid is an error when saved, and fails if it becomes invalid later", async () => {
    const { save, check } = host({ templateDirectory: templates });
    const { call } = await save("savefile", body("mail.txt"));
    await writeFile(join(templates, "mail.txt"), "{usre}");
    const message = expect.stringContaining("there is no tag {usre}; did you mean {user}?");
    expect(await check("savefile", body("mail.txt"))).toMatchObject([{ severity: "error", message }]);
    expect(await call()).toMatchObject({ outcome: "failed", reason: message });
    await rm(join(templates, "mail.txt"));
    expect(await call()).toMatchObject({ outcome: "failed" });
    expect(await readdir(spool)).toEqual([]);
  });

  it("needs a template directory that exists", async () => {
    const missing = host({ templateDirectory: join(root, "missing") });
    expect(await missing.check("savefile", body("mail.txt"))).toMatchObject([{ severity: "error" }]);
    expect(await host().check("savefile", body("mail.txt"))).toMatchObject([
      { severity: "error", message: "options.body cannot be used: this server has no template directory." },
    ]);
  });

  it("is searched for secrets", async () => {
    await writeFile(join(templates, "pin.txt"), "{pin}");
    const { check } = host({ templateDirectory: templates });
    expect(await check("savefile", body("pin.txt"))).toMatchObject([{ code: "SECRET_TAG", field: "options.body" }]);
  });
});

describe("saving a binding", () => {
  it("warns about secrets in name and body", async () => {
    expect(await host().check("savefile", { filename: "{pin}", body: "{registrationcode}" })).toMatchObject([
      { severity: "warning", code: "SECRET_TAG", field: "options.filename", value: "{pin}" },
      { severity: "warning", code: "SECRET_TAG", field: "options.body", value: "{registrationcode}" },
    ]);
  });

  it.each([
    ["no name", { filename: "" }, "options.filename"],
    ["no body", { body: undefined }, "options.body"],
    ["an unknown tag in the name", { filename: "{radnom}" }, "options.filename"],
    ["{random} in the body", { body: "{random}" }, "options.body"],
  ])("reports %s as an error", async (_what, options, field) => {
    expect(await host().check("savefile", { filename: "x", body: "x", ...options })).toMatchObject([
      { severity: "error", field },
    ]);
  });
});
