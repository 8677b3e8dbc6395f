// The public API of each published package is recorded in etc/<package>.api.md, so that reviews show changes.
// `check-api.mjs` fails on a difference and shows it; `check-api.mjs --update` writes the reports.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { root, runOrExit, tool } from "./run.mjs";

const update = process.argv.includes("--update");
const reports = join(root, "etc");
// outside node_modules, since everything inside counts as third-party
const work = mkdtempSync(join(tmpdir(), "bookend-api-"));
/** The declarations of each package. */
const declarations = join(work, "packages");

const packages = readdirSync(join(root, "packages")).flatMap((folder) => {
  const manifest = JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"));
  return manifest.private ? [] : [{ folder, manifest }];
});

mkdirSync(join(work, "reports"));
writeDeclarations();
for (const entry of packages) linkPackage(entry);

const made = packages.flatMap((entry) => entryPoints(entry).map((point) => reportOf(entry, point)));
const stale = existsSync(reports) ? readdirSync(reports).filter((file) => !made.some((one) => one.file === file)) : [];
if (update) {
  mkdirSync(reports, { recursive: true });
  for (const file of stale) rmSync(join(reports, file));
  for (const { file, text } of made) writeFileSync(join(reports, file), text);
} else {
  const changed = made.filter(({ file, text }) => !isWritten(file, text));
  for (const { file } of changed) showDifference(file);
  for (const file of stale) console.error(`etc/${file}: the package does not exist.`);
  if (changed.length + stale.length > 0) {
    console.error("The public surface changed. If this is intended, run `pnpm api`, and commit etc/ with a changeset.");
    process.exitCode = 1;
  }
}
rmSync(work, { recursive: true });
console.log(`${made.length} API reports`);

/** Writes the declarations of all packages together, without type checks, which `pnpm typecheck` does. */
function writeDeclarations() {
  const project = join(work, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    emitDeclarationOnly: true,
    noCheck: true,
    incremental: false,
    rootDir: join(root, "packages"),
    outDir: declarations,
    typeRoots: [join(root, "node_modules", "@types")],
  };
  const files = packages.flatMap((entry) =>
    entryPoints(entry).map(({ source }) => join(root, "packages", entry.folder, source)),
  );
  // declarations for libraries without types
  const include = [join(root, "packages/*/src/**/*.d.ts")];
  writeFileSync(
    project,
    JSON.stringify({ extends: join(root, "tsconfig.base.json"), compilerOptions, files, include }),
  );
  runOrExit([tool("tsc"), "-p", project]);
}

/** Returns the entries of `exports` that are built from a source file. */
function entryPoints({ folder, manifest }) {
  return Object.entries(manifest.exports).flatMap(([path, { "@bookend/source": source }]) =>
    source ? [{ path, source, name: path === "." ? folder : `${folder}${path.slice(1).replaceAll("/", "-")}` }] : [],
  );
}

/**
 * Turns declarations into a package, with a manifest, its libraries, and the packages of this repository that it needs.
 */
function linkPackage({ folder, manifest }) {
  const exports = Object.fromEntries(
    entryPoints({ folder, manifest }).map(({ path, source }) => [path, { types: declarationOf(source) }]),
  );
  const { name, version, type } = manifest;
  writeFileSync(join(declarations, folder, "package.json"), JSON.stringify({ name, version, type, exports }));
  const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = manifest;
  for (const library of Object.keys({ ...devDependencies, ...peerDependencies, ...dependencies })) {
    const own = packages.find((one) => one.manifest.name === library);
    const link = join(declarations, folder, "node_modules", library);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(own ? join(declarations, own.folder) : join(root, "packages", folder, "node_modules", library), link);
  }
}

function declarationOf(source) {
  return source.replace(/\.ts$/, ".d.ts");
}

/** Returns the report of one entry point. */
function reportOf({ folder }, { source, name }) {
  const projectFolder = join(declarations, folder);
  const file = `${name}.api.md`;
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, "package.json"),
    configObject: {
      projectFolder,
      mainEntryPointFilePath: join(projectFolder, declarationOf(source)),
      newlineKind: "lf",
      compiler: {
        overrideTsconfig: {
          compilerOptions: { ...compilerOptions(), typeRoots: [join(root, "node_modules", "@types")] },
          files: [declarationOf(source)],
        },
        skipLibCheck: true,
      },
      apiReport: {
        enabled: true,
        reportFileName: file,
        reportFolder: join(work, "reports"),
        reportTempFolder: join(work, "temp"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: "error" } },
        extractorMessageReporting: {
          default: { logLevel: "none" },
          // a type that is visible, but not exported
          "ae-forgotten-export": { logLevel: "warning", addToApiReportFile: true },
        },
        tsdocMessageReporting: { default: { logLevel: "none" } },
      },
    },
  });
  const { succeeded, errorCount } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      message.handled = message.logLevel !== ExtractorLogLevel.Error;
    },
  });
  if (!succeeded && errorCount > 0) throw new Error(`${file}: ${errorCount} errors`);
  return { file, text: readFileSync(join(work, "reports", file), "utf8") };
}

function compilerOptions() {
  const { target, lib, module, moduleResolution, types, strict } = JSON.parse(
    readFileSync(join(root, "tsconfig.base.json"), "utf8"),
  ).compilerOptions;
  return { target, lib, module, moduleResolution, types, strict, skipLibCheck: true };
}

function isWritten(file, text) {
  return existsSync(join(reports, file)) && readFileSync(join(reports, file), "utf8") === text;
}

function showDifference(file) {
  const written = existsSync(join(reports, file)) ? join("etc", file) : "/dev/null";
  const now = join(work, "reports", file);
  spawnSync("git", ["--no-pager", "diff", "--no-index", "--no-color", "--", written, now], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
}
