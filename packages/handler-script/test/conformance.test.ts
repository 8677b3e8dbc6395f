import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handlerTests } from "@bookend/conformance";
import { describe, it } from "vitest";
import { script } from "../src/index.js";

/** Creates a directory with the script `may-enrol.sh` of the README. */
async function startScripts() {
  const path = await mkdtemp(join(tmpdir(), "bookend-conformance-"));
  await writeFile(join(path, "may-enrol.sh"), "#!/bin/sh\nexit 0\n");
  await chmod(join(path, "may-enrol.sh"), 0o755);
  return { path, stop: () => rm(path, { recursive: true, force: true }) };
}

const tests = handlerTests(({ scripts }) => script({ directory: scripts.path, commit: () => undefined }), {
  peers: { scripts: startScripts },
  actions: {
    "may-enrol.sh": [
      { options: { background: "wait", raise_error: true, sync_to_database: true, user: true, realm: true } },
      { options: { background: "background", serial: true, logged_in_user: true, logged_in_role: true } },
    ],
  },
  readme: new URL("../README.md", import.meta.url),
  nodeArguments: ["--conditions=@bookend/source", "--import=tsx"],
});

describe("script passes the conformance kit", () => {
  for (const { name, run } of tests) it(name, run);
});
