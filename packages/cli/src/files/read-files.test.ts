import { execFileSync } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWorkplace, type Workplace } from "../../test/command-run.js";
import { parseBindingFile } from "./binding-file.js";

const binding =
  "bindings:\n  a: { event: auth, handlermodule: Counter, action: increase_counter, options: { counter_name: a } }\n";

/** Characters that move the cursor of a terminal or change the direction of text. */
const moving = /[^\P{Cc}\n]|\p{Cf}/u;

let workplace: Workplace;
beforeEach(async () => {
  workplace = await createWorkplace();
});
afterEach(() => workplace.remove());

describe("files of bindings", () => {
  test.each([
    ["UTF-16", Buffer.from(`\ufeff${binding}`, "utf16le"), "is UTF-16. Allowed: text in UTF-8."],
    ["Latin-1", Buffer.from(binding.replace("a:", "\u00e4:"), "latin1"), "contains bytes that are not UTF-8"],
    ["9 MiB", Buffer.alloc(9 * 1024 * 1024, "#"), "is too long. Allowed: 8388608 bytes."],
  ])("in %s are refused", async (_what, bytes, message) => {
    await workplace.write("x.yaml", bytes);
    const { code, stderr } = await workplace.run(["check", "x.yaml"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`bookend: x.yaml: ${message}`)]);
  });

  test("are refused if together they have too many bytes, whatever the number of their characters", async () => {
    const names = ["a", "b", "c"];
    // 9 MiB in 4.5 Mi characters
    for (const name of names) await workplace.write(`${name}.yaml`, `# ${"\u00e4".repeat(1.5 * 1024 * 1024)}\n`);
    const { code, stderr } = await workplace.run(["check", ...names.map((name) => `${name}.yaml`)]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("The files together are too long. Allowed: 8388608 bytes."),
    ]);
  });

  test.each([
    ["a byte order mark", `\ufeff${binding}`],
    ["Windows line endings", binding.replaceAll("\n", "\r\n")],
  ])("with %s are read", async (_what, text) => {
    await workplace.write("x.yaml", text);
    expect(await workplace.run(["plan", "x.yaml"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 to add"),
    });
  });

  test("may come from a pipe, but not in a folder", async () => {
    const { directory } = workplace;
    await mkdir(join(directory, "folder"));
    const pipe = join(directory, "folder", "pipe.yaml");
    execFileSync("mkfifo", [pipe]);
    const { code, stderr } = await workplace.run(["plan", "folder"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("pipe.yaml: is not a file. Allowed: files, folders, and links to files."),
    ]);
    const planned = workplace.run(["plan", pipe]);
    execFileSync("sh", ["-c", `printf '%s' "$1" > "$2" &`, "sh", binding, pipe], { stdio: "ignore" });
    expect((await planned).stdout).toContain("1 to add");
  });

  test("that are links to themselves are refused by name", async () => {
    const { directory } = workplace;
    await mkdir(join(directory, "folder"));
    await symlink("round.yaml", join(directory, "folder", "round.yaml"));
    expect(await workplace.run(["plan", "folder"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/folder\/round\.yaml cannot be read: ELOOP/),
    });
  });

  test("with names and contents that would move the cursor are escaped in output", async () => {
    const name = "a\n\u001b[2J.yaml";
    await workplace.write(
      name,
      'bindings:\n  "\\e[2Jx\\u202e": { event: auth, handlermodule: "\\x9b2J", action: x, odd\u202e: 1 }\n',
    );
    const { code, stderr, stdout } = await workplace.run(["plan", name]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).not.toMatch(moving);
    // one line for each problem, and one with their number
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
    await workplace.write("b.yaml", binding.replace("counter_name: a", 'counter_name: "\\e[2J\\x9b2J\\u202e"'));
    for (const args of [["plan"], ["plan", "--json"], ["plan", "--yaml"], ["apply"]]) {
      expect((await workplace.run([...args, "b.yaml"])).stdout).not.toMatch(moving);
    }
    const exported = await workplace.run(["export"]);
    expect(exported.stdout).not.toMatch(moving);
    // escapes still represent the original characters
    await workplace.write("c.yaml", exported.stdout);
    expect((await workplace.run(["plan", "c.yaml"])).stdout).toContain("1 unchanged");
  });
});

describe("references", () => {
  test.each([
    [
      "of many bindings to one",
      `bindings:\n  a: &a { event: auth, handlermodule: Counter, action: increase_counter, options: { counter_name: a } }\n${Array.from({ length: 20_000 }, (_, index) => `  b${index}: *a\n`).join("")}`,
      20_001,
      /^$/,
    ],
    [
      "that expand to more than the maximum",
      `bindings:\n  a: { options: &a { x: "${"x".repeat(1_000_000)}" } }\n${Array.from({ length: 100 }, (_, index) => `  b${index}: { options: *a }\n`).join("")}`,
      undefined,
      /the file is longer than 16777216 characters/,
    ],
    [
      "to nested references",
      `bindings:\n  a: &a { x: [1, 1, 1, 1, 1, 1, 1, 1, 1] }\n${[..."bcdefghij"].map((name, index) => `  ${name}: &${name} { x: [${Array(9).fill(`*${"abcdefghij"[index]}`).join(", ")}] }\n`).join("")}`,
      undefined,
      /Excessive alias count|no such field/,
    ],
  ])("%s are read, or refused, in linear time", (_what, text, expected, message) => {
    const began = performance.now();
    const { bindings, problems } = parseBindingFile("x.yaml", text);
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(problems[0]?.message ?? "").toMatch(message);
    if (expected !== undefined) expect(bindings).toHaveLength(expected);
  });
});

describe("a file with deeply nested", () => {
  test.each([
    ["lists", `bindings: ${"[".repeat(20_000)}${"]".repeat(20_000)}`],
    ["maps of JSON", `{"bindings": ${'{"a": '.repeat(20_000)}1${"}".repeat(20_000)}}`],
    ["maps", `bindings:\n${Array.from({ length: 200 }, (_, index) => `${" ".repeat(index + 1)}a:\n`).join("")}`],
  ])("%s is refused with the place", (_what, text) => {
    const { problems } = parseBindingFile("x.yaml", text);
    expect(problems[0]).toMatchObject({
      file: "x.yaml",
      message: expect.stringContaining("nested deeper than 70 levels"),
    });
  });
});
