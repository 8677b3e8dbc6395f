import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readRegularFile } from "./regular-file.js";

function folders() {
  const root = mkdtempSync(join(tmpdir(), "bookend-files-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const directory = join(root, "allowed");
  mkdirSync(directory);
  writeFileSync(join(directory, "users"), "erin:x:1:1:::\n");
  writeFileSync(join(root, "outside"), "secret");
  return { root, directory, options: { directory, maxSize: 100 } };
}

it("reads a file below the directory by its path or its name, and again only when it has changed", async () => {
  const { directory, options } = folders();
  const first = await readRegularFile(join(directory, "users"), options);
  expect(first.content?.toString()).toBe("erin:x:1:1:::\n");
  expect(await readRegularFile("users", { ...options, known: first.version })).toEqual({
    version: first.version,
    content: undefined,
  });
});

it("refuses a file outside the directory, even behind a link or with a similar name", async () => {
  const { root, directory, options } = folders();
  symlinkSync(join(root, "outside"), join(directory, "link"));
  mkdirSync(`${directory}-too`);
  writeFileSync(`${directory}-too/users`, "x");
  const outside = ["../outside", join(root, "outside"), "link", `${directory}-too/users`, "/proc/self/environ", "."];
  for (const name of outside) {
    await expect(readRegularFile(name, options), name).rejects.toThrow("not below the directory");
  }
});

it("refuses a FIFO, a device, a directory, a kernel file and a file that is too large, without waiting", async () => {
  const { directory } = folders();
  execFileSync("mkfifo", [join(directory, "fifo")]);
  for (const name of [join(directory, "fifo"), "/dev/zero", directory, "/proc/self/environ"]) {
    await expect(readRegularFile(name, { maxSize: 100 }), name).rejects.toThrow("not a regular file");
  }
  writeFileSync(join(directory, "large"), "x".repeat(101));
  await expect(readRegularFile("large", { directory, maxSize: 100 })).rejects.toThrow("larger than 100 bytes");
});
