import { chmod, chown, mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scriptDirectory } from "../test/scripts.js";
import { findScript, listScripts } from "./index.js";

const isRoot = process.geteuid?.() === 0;
const plain = "#!/bin/sh\n";

describe("findScript", () => {
  it("finds an executable by its name, even through a link within the directory", async () => {
    const directory = await scriptDirectory({ "a b.sh": plain });
    await symlink("a b.sh", join(directory, "link"));
    const path = join(directory, "a b.sh");
    expect(findScript(directory, "a b.sh")).toEqual({ path });
    expect(findScript(directory, "link")).toEqual({ path });
    expect(listScripts(directory)).toEqual([{ name: "a b.sh" }, { name: "link" }]);
  });

  it.each(["../x", "/bin/true", "sub/x", "..", ".", "", "-rf", ".hidden", "a\0b", "__proto__", "absent"])(
    "refuses %j",
    async (name) => {
      const directory = await scriptDirectory({ x: plain });
      expect(findScript(directory, name)).toHaveProperty("refusal");
    },
  );

  it("finds nothing in a path that is missing or a file", async () => {
    const directory = await scriptDirectory({ x: plain });
    for (const none of [join(directory, "none"), join(directory, "x")]) {
      expect(listScripts(none)).toEqual([]);
      expect(findScript(none, "x")).toEqual({ refusal: "it does not exist" });
    }
  });
});

describe("a directory above the script directory", () => {
  async function below(mode: number) {
    const root = await scriptDirectory({});
    const directory = join(root, "above", "scripts");
    await mkdir(directory, { recursive: true, mode: 0o755 });
    await writeFile(join(directory, "x"), plain, { mode: 0o755 });
    await chmod(join(root, "above"), mode);
    return { root, above: join(root, "above"), directory };
  }

  it.each([0o777, 0o775, 0o757])(
    "is refused with mode %o, since others could replace the script directory",
    async (mode) => {
      const { above, directory } = await below(mode);
      const refusal = `others may write to "${above}", which leads to its directory`;
      expect(findScript(directory, "x")).toEqual({ refusal });
      expect(listScripts(directory)).toEqual([{ name: "x", refusal }]);
    },
  );

  it("may be writable if it has the sticky bit, as /tmp does", async () => {
    const { directory } = await below(0o1777);
    expect(findScript(directory, "x")).toHaveProperty("path");
  });

  it("is also checked where the configured path leads through a link", async () => {
    const { root, above, directory } = await below(0o755);
    await mkdir(join(root, "open"));
    await chmod(join(root, "open"), 0o777);
    await symlink(directory, join(root, "open", "link"));
    expect(findScript(join(root, "open", "link"), "x")).toHaveProperty("refusal");
    await rename(join(root, "open", "link"), join(above, "link"));
    expect(findScript(join(above, "link"), "x")).toHaveProperty("path");
  });

  it.skipIf(!isRoot)(
    "must not belong to another user (requires root, to change the owner of directories)",
    async () => {
      const { above, directory } = await below(0o755);
      await chown(above, 65_534, 65_534);
      expect(findScript(directory, "x")).toHaveProperty("refusal");
      await chmod(above, 0o1777);
      expect(findScript(directory, "x")).toHaveProperty("refusal");
    },
  );
});
