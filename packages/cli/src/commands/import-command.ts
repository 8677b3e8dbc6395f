import { Command, Option } from "@commander-js/extra-typings";
import { CliError, usageError } from "../cli-error.js";
import { countProblems, type FileProblem, problemLines } from "../files/problem-list.js";
import { readBindingFiles, readText } from "../files/read-files.js";
import { writeFileOf } from "../io.js";
import { type MigratedServer, type MigrationReport, migratedBindings } from "../migration/migration-report.js";
import { isListed, listPath, type NamedServer, namedServers, setupRequest } from "../migration/servers.js";
import { htmlReport, summary, textReport } from "../migration/show-report.js";
import type { Printer } from "../output/printer.js";
import { itemsOf, locatedProblems, refusedProblems } from "../plan/make-plan.js";
import type { ExportedBinding, ImportReport, ImportSettings, Target } from "../target/target.js";
import { isRecord, RefusedError } from "../target/transport.js";
import { toJson } from "../unprintable.js";
import { type World, withTarget } from "../world.js";
import { count } from "./arguments.js";

/** Creates the command `import`. */
export function importCommand(world: World) {
  return new Command("import")
    .description("Imports an export. Bindings with errors are imported, but disabled.")
    .argument("<file>", "the file from bookend export, or from another system with --from; - for standard input")
    .addOption(new Option("--from <system>", "the system that wrote the file").choices(["privacyidea"] as const))
    .addOption(
      new Option("--mode <mode>", "how to treat existing bindings")
        .choices(["merge", "add", "prune", "replace"] as const)
        .default("merge" as const),
    )
    .option("--inactive", "disable all imported bindings")
    .option("--dry-run", "change nothing")
    .addOption(
      new Option("--report <format>", "with --from: format of the report").choices(["text", "json", "html"] as const),
    )
    .option("--out <file>", "with --from: file for the report")
    .option("--take-servers", "with --from: also set up the servers in the export")
    .action(async (file, { from, mode, inactive = false, dryRun = false, report, out, takeServers = false }, command) =>
      withTarget(world, command, async (target, printer) => {
        const settings: ImportSettings = { mode, inactive, dryRun };
        if (from === undefined) {
          for (const [name, value] of Object.entries({ report, out, "take-servers": takeServers || undefined })) {
            if (value !== undefined) throw usageError(`--${name}: needs --from.`);
          }
          return importOwn(world, file, settings, target, printer);
        }
        const format = report ?? (printer.format === "json" ? "json" : "text");
        const made = await migrate(world, file, settings, { target, printer, takeServers });
        await writeReport(world, made, { format, out }, printer);
        if (made.bindings.some(({ outcome }) => outcome === "failed")) world.exit = "failed";
      }),
    );
}

async function importOwn(
  world: World,
  file: string,
  settings: ImportSettings,
  target: Target,
  printer: Printer,
): Promise<void> {
  const { bindings, problems } = await readBindingFiles([file], world.io);
  if (problems.length > 0) throw refused(problems, printer);
  let report: ImportReport;
  try {
    report = await target.import(itemsOf(bindings), settings);
  } catch (error) {
    if (error instanceof RefusedError && error.problems.length > 0)
      throw refused(refusedProblems(error, bindings), printer);
    throw error;
  }
  const found = locatedProblems(report, bindings);
  for (const line of problemLines(found)) printer.note(line);
  const value = report.bindings.map(({ id, name, outcome, active }) => ({ id, name, outcome, active }));
  printer.result({ bindings: value, removed: report.removed, dry_run: settings.dryRun }, () => {
    const of = (outcome: string) => value.filter((binding) => binding.outcome === outcome).length;
    const done = settings.dryRun === true ? " Nothing was changed." : "";
    return `${count(value.length, "binding")}: ${of("added")} added, ${of("updated")} updated, ${of("unchanged")} unchanged; ${report.removed.length} removed.${done}\n`;
  });
  if (found.some(({ severity }) => severity === "error")) world.exit = "failed";
}

function refused(problems: readonly FileProblem[], printer: Printer): CliError {
  for (const line of problemLines(problems)) printer.note(line);
  return new CliError("failed", `${count(countProblems(problems, "error"), "error")}; nothing was changed.`);
}

async function migrate(
  world: World,
  file: string,
  settings: ImportSettings,
  {
    target,
    printer,
    takeServers,
  }: { readonly target: Target; readonly printer: Printer; readonly takeServers: boolean },
): Promise<MigrationReport> {
  const text = await readText(file, world.io);
  const { readPythonOrYaml } = await import("@bookend/admin");
  const document = await readPythonOrYaml(text).catch((error: Error) => {
    throw new CliError("failed", `${file}: ${error.message}`);
  });
  if (takeServers && target.host === undefined) {
    throw usageError("--take-servers: needs --url, since a database stores the passwords of servers encrypted.");
  }
  printer.progress(`Checking ${file} at ${target.label}`);
  const source = { text, type: "text/x-python" } as const;
  // a dry run comes first, since only a dry run returns the fields that change
  const planned = await target.importForeign(source, { ...settings, dryRun: true });
  const stored = new Map((await target.export()).bindings.map((binding) => [binding.name, binding]));
  const afterwards = planned.bindings.flatMap(({ name, after }) => after ?? stored.get(name) ?? []);
  const dryRun = settings.dryRun === true;
  const servers = await takeOver(namedServers(afterwards, document), target, { take: takeServers && !dryRun });
  const done = dryRun ? planned : await target.importForeign(source, { ...settings, state: planned.state });
  const merged: ImportReport = {
    ...done,
    bindings: done.bindings.map((binding, index) => ({ ...planned.bindings[index], ...binding })),
  };
  return {
    dryRun,
    bindings: migratedBindings(merged, stored as ReadonlyMap<string, ExportedBinding>, originalsOf(document)),
    removed: done.removed.map(({ name }) => name),
    servers,
    ignored: done.ignored,
  };
}

function originalsOf(document: unknown): readonly unknown[] {
  if (Array.isArray(document)) return document;
  if (!isRecord(document)) return [];
  const list = document.event ?? document.bindings;
  return Array.isArray(list) ? list : [];
}

async function takeOver(
  servers: readonly NamedServer[],
  { host }: Target,
  { take }: { readonly take: boolean },
): Promise<readonly MigratedServer[]> {
  const lists = new Map<string, ServerList>();
  const taken: MigratedServer[] = [];
  for (const named of servers) {
    const { settings, ...server } = named;
    const path = listPath(server.kind);
    const list = lists.get(path) ?? (await readList(host, path));
    lists.set(path, list);
    if ("servers" in list && isListed(list.servers, server.name)) taken.push({ ...server, state: "exists already" });
    else if (settings === undefined) taken.push({ ...server, state: "to be set up" });
    else if (!take || host === undefined) {
      taken.push({
        ...server,
        state: "to be set up",
        reason: "the export contains it: use --take-servers to set it up",
      });
    } else if ("unreadable" in list) {
      // if the server already exists, setting it up would overwrite it
      const reason = `not set up, since it is unknown whether it exists already: ${list.unreadable}`;
      taken.push({ ...server, state: "to be set up", reason });
    } else {
      const request = setupRequest(named);
      try {
        await host("POST", request.path, request.body);
        taken.push({ ...server, state: "taken over" });
      } catch (error) {
        if (!(error instanceof CliError) || error.reason === "serverAway") throw error;
        taken.push({ ...server, state: "to be set up", reason: error.message });
      }
    }
  }
  return taken;
}

/** The host's servers of a kind, or the reason why they are unknown. */
type ServerList = { readonly servers: unknown } | { readonly unreadable: string };

async function readList(host: Target["host"], path: string): Promise<ServerList> {
  if (host === undefined) return { servers: [] };
  try {
    const servers = await host("GET", path);
    if (Array.isArray(servers) || isRecord(servers)) return { servers };
    return { unreadable: `${path} is not a list of servers.` };
  } catch (error) {
    // for example if the host does not have privacyIDEA's routes
    if (!(error instanceof CliError)) throw error;
    return { unreadable: error.message };
  }
}

async function writeReport(
  world: World,
  report: MigrationReport,
  { format, out }: { readonly format: "text" | "json" | "html"; readonly out: string | undefined },
  printer: Printer,
): Promise<void> {
  const write = {
    text: textReport,
    html: htmlReport,
    json: (value: MigrationReport) => toJson(value),
  };
  const text = write[format](report);
  printer.endProgress();
  if (out === undefined) {
    world.io.stdout.write(text);
    return;
  }
  await writeFileOf(world.io, "--out", out, text);
  printer.note(`${summary(report)} The report is in ${out}.`);
}
