// The tarballs of the next release, versioned and packed in a copy of the repository, once for all scripts that
// install them.
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { pnpm, root, tool } from "./run.mjs";

/** Not below node_modules, since everything there counts as a dependency and is left out of declaration files. */
const cache = join(root, ".turbo", "bookend-tarballs");

/** The files and folders that determine the contents of the tarballs. */
const sources = [".changeset", "packages", "package.json", "pnpm-lock.yaml", "tsconfig.base.json", "tsup.shared.ts"];

/** Returns the published packages of a repository: folder, directory and manifest. */
export function publishedPackages(repository = root) {
  return readdirSync(join(repository, "packages")).flatMap((folder) => {
    const directory = join(repository, "packages", folder);
    if (!existsSync(join(directory, "package.json"))) return [];
    const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    return manifest.private ? [] : [{ folder, directory, manifest }];
  });
}

/** Returns the tracked and untracked files of the repository, except ignored files. */
function files(paths = []) {
  const listed = git(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...paths]);
  return [...new Set(listed.split("\0"))].filter((file) => file !== "" && existsSync(join(root, file))).sort();
}

/** Copies the working tree, with links to installed packages, into a new repository with one commit. */
export function copyRepository(to) {
  for (const file of files()) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(root, file), join(to, file), { verbatimSymlinks: true });
  }
  symlinkSync(join(root, "node_modules"), join(to, "node_modules"));
  // links between packages are relative, so they refer to the copy
  for (const folder of readdirSync(join(to, "packages"))) {
    const installed = join("packages", folder, "node_modules");
    if (existsSync(join(root, installed))) {
      execFileSync("cp", ["-a", join(root, installed), join(to, installed)]);
    }
  }
  git(["init", "--quiet", "--initial-branch=main"], to);
  commit(to, "copy");
}

/** Commits everything in a copy. */
export function commit(copy, message) {
  const author = ["-c", "user.name=release", "-c", "user.email=release@localhost", "-c", "commit.gpgsign=false"];
  git(["add", "--all"], copy);
  git([...author, "commit", "--quiet", "--allow-empty", "--no-verify", `--message=${message}`], copy);
}

/** Applies the changesets of a copy. */
export function version(copy) {
  execFileSync(tool("changeset"), ["version"], { cwd: copy, stdio: "pipe" });
  commit(copy, "version");
}

/** @returns the standard output of git. */
export function git(args, cwd = root) {
  return execFileSync("git", args, { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

let copy;

/**
 * Returns the versioned copy, created again if the sources have changed. Checks that run concurrently share the copy in
 * `BOOKEND_RELEASE_COPY`; otherwise, a temporary file of one check could make another check replace the copy that a
 * third check is using.
 */
export function releaseCopy() {
  copy ??= process.env.BOOKEND_RELEASE_COPY;
  if (copy !== undefined) return copy;
  const hash = createHash("sha256");
  for (const file of files(sources))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  const directory = join(cache, hash.digest("hex").slice(0, 16));
  copy = join(directory, "repository");
  if (existsSync(join(directory, "tarballs"))) return copy;
  rmSync(cache, { recursive: true, force: true });
  copyRepository(copy);
  version(copy);
  mkdirSync(join(directory, "tarballs"));
  return copy;
}

/** Returns the path of the tarball of a package's next release, and the command that creates it. */
function packing(folder) {
  const cwd = join(releaseCopy(), "packages", folder);
  const { name, version: released } = JSON.parse(readFileSync(join(cwd, "package.json"), "utf8"));
  const tarballs = join(releaseCopy(), "..", "tarballs");
  const tarball = join(tarballs, `${name.replace("@", "").replace("/", "-")}-${released}.tgz`);
  const [program, ...args] = [...pnpm, "pack", "--pack-destination", tarballs];
  return { cwd, tarball, program, args };
}

/** Returns the tarball of a package's next release. */
export function tarballOf(folder) {
  const { cwd, tarball, program, args } = packing(folder);
  if (!existsSync(tarball)) execFileSync(program, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  return tarball;
}

/** Packs all published packages, several at a time. */
export async function packAll(atOnce) {
  const waiting = publishedPackages()
    .map(({ folder }) => packing(folder))
    .filter(({ tarball }) => !existsSync(tarball));
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await promisify(execFile)(next.program, next.args, { cwd: next.cwd, maxBuffer: 64 * 1024 * 1024 });
      }
    }),
  );
}
