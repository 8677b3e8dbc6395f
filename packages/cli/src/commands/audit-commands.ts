import { readFile } from "node:fs/promises";
import { Command, Option } from "@commander-js/extra-typings";
import { CliError, usageError } from "../cli-error.js";
import { absolutePath } from "../io.js";
import type { Printer } from "../output/printer.js";
import { problemMessage } from "../problem-message.js";
import type { Parameters, Target } from "../target/target.js";
import { databaseOf, globalOptions, printerOf, type World, withTarget } from "../world.js";
import { count, integer, timeOf } from "./arguments.js";
import { readPages } from "./read-pages.js";

/** Creates the commands `audit` and `audit verify`. */
export function auditCommand(world: World) {
  const clock = () => world.io.clock();
  const audit = new Command("audit")
    .description("Shows the audit log, the newest entries first.")
    .option("--user <login>", "only entries about this user; * matches any characters")
    .option("--realm <name>", "only entries about users in this realm; * is allowed")
    .option("--serial <serial>", "only entries about this token; * is allowed")
    .option("--event <name>", "only entries of this event; * is allowed")
    .option("--handler <id>", "only actions of this handler module; * is allowed")
    .option("--action <name>", "only this action; * is allowed")
    .option("--binding <id>", "only actions of this binding")
    .addOption(new Option("--success <answer>", "only entries with this outcome").choices(["true", "false"] as const))
    .option("--from <time>", "only since then: ISO 8601, or an age such as 7d", timeOf("--from", clock))
    .option("--to <time>", "only until then: ISO 8601, or an age", timeOf("--to", clock))
    .option("--limit <number>", "maximum number of entries", integer("--limit", 1, 100_000), 50)
    .action(async ({ handler, limit, ...filter }, command) =>
      withTarget(world, command, async (target, printer) => {
        const entries = await readPages(target, "audit", { ...filter, handlermodule: handler }, limit);
        printer.result(entries, () => auditTable(entries, printer));
      }),
    );
  audit
    .command("verify")
    .description(
      "Finds changed, missing or inserted entries. Exits with 1 if there are any, and with 5 if the log cannot be verified.",
    )
    .option("--audit-key <file...>", "with --database: files with the public keys of the log, in PEM")
    .addOption(
      new Option("--wait <seconds>", "how long the server may take to verify its log")
        .argParser(integer("--wait", 1, 86_400))
        .default(3_600),
    )
    .action(async ({ auditKey, wait }, command) => {
      const url = databaseOf(world.io, globalOptions(command));
      if (url !== undefined) return verifyDatabase(world, url, auditKey ?? [], printerOf(world, command));
      if (auditKey !== undefined) throw usageError("--audit-key: needs --database.");
      return withTarget(world, command, (target, printer) => verifyServer(world, target, printer, wait * 1000));
    });
  return audit;
}

function auditTable(entries: readonly Parameters[], printer: Printer): string {
  if (entries.length === 0) return "No entries.\n";
  const text = (value: unknown) =>
    typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
  return printer.table(
    ["TIME", "OK", "EVENT", "ACTION", "USER", "SERIAL", "DETAIL"],
    entries.map((entry) => [
      text(entry.startdate ?? entry.time),
      entry.success === true || entry.success === 1 ? "yes" : "no",
      text(entry.event),
      text(entry.action),
      [entry.user, entry.realm].filter((part) => (part ?? "") !== "").join("@"),
      text(entry.serial),
      text(entry.action_detail ?? entry.info),
    ]),
  );
}

/** Milliseconds between requests for the progress of a verification. */
const pollMs = 500;

async function verifyServer(world: World, target: Target, printer: Printer, waitMs: number): Promise<void> {
  const begun = (await target.change("audit/verification", {})) as Parameters | null;
  const end = performance.now() + waitMs;
  for (;;) {
    const [state = {}] = (await target.read("audit/verification", {})).items;
    // a different node of the server may respond with an older result, or with none
    const isNew = String(state.at ?? "") >= String(begun?.at ?? "");
    if (isNew && (state.state === "valid" || state.state === "broken")) {
      report(world, printer, state.state === "valid", state, Number(state.checked ?? 0));
      return;
    }
    if (isNew && state.state === "failed") {
      throw new CliError(
        "serverAway",
        `${target.label} could not read its audit log, so it is unknown whether entries were changed. See the server's log for the reason.`,
      );
    }
    if (performance.now() >= end) {
      throw new CliError(
        "serverAway",
        `${target.label} did not complete the verification within ${waitMs / 1000} seconds.`,
      );
    }
    printer.progress("The server is verifying its audit log");
    await new Promise((done) => setTimeout(done, Math.min(pollMs, waitMs)));
  }
}

async function verifyDatabase(world: World, url: string, keyFiles: readonly string[], printer: Printer): Promise<void> {
  if (keyFiles.length === 0)
    throw usageError(
      problemMessage("is missing", "a file with the public key of the audit log, in PEM", "--audit-key"),
    );
  const { openDatabase, StoreError, verifyAudit } = await import("@bookend/store-sql");
  const auditKeys = await Promise.all(
    keyFiles.map((file) =>
      readFile(absolutePath(world.io, file), "utf8").catch((error: Error) => {
        throw new CliError("failed", `--audit-key: ${error.message}.`);
      }),
    ),
  );
  try {
    const database = await openDatabase<object>({ url, readOnly: true, poolSize: 1 });
    try {
      const result = await verifyAudit({
        database,
        auditKeys,
        onProgress: ({ checked }) => printer.progress(`${checked} entries verified`),
      });
      report(world, printer, result.ok, result, result.checked);
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof StoreError) {
      const usage = error.code === "AUDIT_KEY_INVALID" || error.code === "DATABASE_URL_INVALID";
      throw new CliError(usage ? "usage" : "serverAway", error.message, { cause: error });
    }
    throw error;
  }
}

function report(world: World, printer: Printer, valid: boolean, value: unknown, checked: number): void {
  printer.result(value, () =>
    valid
      ? `${count(checked, "entry")} verified; all are unchanged.\n`
      : `The audit log has been tampered with: ${JSON.stringify(value)}\n`,
  );
  if (!valid) world.exit = "failed";
}
