import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import { CliError, usageError } from "../cli-error.js";
import type { Printer } from "../output/printer.js";
import type { Parameters, Target } from "../target/target.js";
import { globalOptions, printerOf, type World, withTarget } from "../world.js";
import { count, integer, timeOf } from "./arguments.js";

/** Entries of one page of a list. */
const pageSize = 500;

/** Follows the cursor of a list until there are enough. */
async function readPages(
  target: Target,
  path: string,
  query: Parameters,
  limit: number,
): Promise<readonly Parameters[]> {
  const items: Parameters[] = [];
  let cursor: unknown;
  do {
    const size = Math.min(pageSize, limit - items.length);
    const page = await target.read(path, { ...query, page_size: size, cursor });
    items.push(...page.items);
    cursor = page.detail.next;
    if (page.items.length === 0) break;
  } while (cursor !== undefined && cursor !== null && items.length < limit);
  return items.slice(0, limit);
}

/** `audit` and `audit verify` */
export function auditCommand(world: World) {
  const since = () => world.io.clock();
  const audit = new Command("audit")
    .description("Shows the audit log, the newest entries first.")
    .option("--user <login>")
    .option("--realm <name>")
    .option("--serial <serial>")
    .option("--event <name>")
    .option("--handler <id>")
    .option("--action <name>")
    .option("--binding <id>")
    .addOption(new Option("--success <answer>").choices(["true", "false"] as const))
    .option("--from <time>", "ISO 8601, or an age such as 7d", timeOf("--from", since))
    .option("--to <time>", "ISO 8601, or an age", timeOf("--to", since))
    .option("--limit <number>", "entries", integer("--limit", 1, 100_000), 50)
    .action(async ({ handler, limit, ...filter }, command) =>
      withTarget(world, command, async (target, printer) => {
        const entries = await readPages(target, "audit", { ...filter, handlermodule: handler }, limit);
        printer.result(entries, () => auditTable(entries, printer));
      }),
    );
  audit
    .command("verify")
    .description("Finds changed, missing or inserted entries. Exits with 1 if there are any.")
    .option("--audit-key <file...>", "public keys in PEM, for --database")
    .action(async ({ auditKey }, command) => {
      const { database } = globalOptions(command);
      const url = database ?? (globalOptions(command).url === undefined ? world.io.env.BOOKEND_DATABASE : undefined);
      if (url !== undefined && url !== "") return verifyDatabase(world, url, auditKey ?? [], printerOf(world, command));
      if (auditKey !== undefined) throw usageError("--audit-key: needs --database.");
      return withTarget(world, command, (target, printer) => verifyServer(world, target, printer));
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

/** Milliseconds between questions how far a verification is. */
const pollMs = 500;

async function verifyServer(world: World, target: Target, printer: Printer): Promise<void> {
  await target.change("audit/verification", {});
  for (;;) {
    const [state = {}] = (await target.read("audit/verification", {})).items;
    if (state.state !== "running" && state.state !== "never") {
      report(world, printer, state.state === "valid", state, Number(state.checked ?? 0));
      return;
    }
    printer.progress(`${String(state.checked ?? 0)} entries verified`);
    await new Promise((done) => setTimeout(done, pollMs));
  }
}

async function verifyDatabase(world: World, url: string, keyFiles: readonly string[], printer: Printer): Promise<void> {
  if (keyFiles.length === 0)
    throw usageError("--audit-key: is missing. Allowed: a file with the public key of the audit log, in PEM.");
  const { openDatabase, StoreError, verifyAudit } = await import("@bookend/store-sql");
  const auditKeys = await Promise.all(
    keyFiles.map((file) =>
      readFile(resolve(world.io.directory, file), "utf8").catch((error: Error) => {
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
      throw new CliError(error.code === "DATABASE_UNAVAILABLE" ? "serverAway" : "failed", error.message, {
        cause: error,
      });
    }
    throw error;
  }
}

function report(world: World, printer: Printer, valid: boolean, value: unknown, checked: number): void {
  printer.result(value, () =>
    valid
      ? `${count(checked, "entry").replace("entrys", "entries")} verified, all as they were written.\n`
      : `The audit log is not as it was written: ${JSON.stringify(value)}\n`,
  );
  if (!valid) world.exit = "failed";
}

/** `deliveries` with its commands */
export function deliveriesCommand(world: World) {
  const since = () => world.io.clock();
  const deliveries = new Command("deliveries").description("Durable deliveries and their destinations.");
  deliveries
    .command("list", { isDefault: true })
    .description("Lists deliveries.")
    .option("--state <state>", "waiting, sending, done, dead, cancelled")
    .option("--kind <kind>")
    .option("--destination <name>")
    .option("--binding <id>")
    .option("--call <id>")
    .option("--from <time>", "ISO 8601, or an age such as 7d", timeOf("--from", since))
    .option("--to <time>", "ISO 8601, or an age", timeOf("--to", since))
    .option("--limit <number>", "deliveries", integer("--limit", 1, 100_000), 50)
    .action(async ({ limit, ...filter }, command) =>
      withTarget(world, command, async (target, printer) => {
        const items = await readPages(target, "deliveries", filter, limit);
        printer.result(items, () => deliveryTable(items, printer));
      }),
    );
  deliveries
    .command("show")
    .description("Shows a delivery and its attempts.")
    .argument("<id>")
    .action(async (id, _options, command) =>
      withTarget(world, command, async (target, printer) => {
        const [delivery] = (await target.read(`deliveries/${encodeURIComponent(id)}`, {})).items;
        const { sortedYaml } = await import("../files/write-yaml.js");
        printer.result(delivery, () => sortedYaml(delivery));
      }),
    );
  for (const name of ["replay", "cancel"] as const) {
    deliveries
      .command(name)
      .description(name === "replay" ? "Sends deliveries again that were given up." : "Cancels deliveries that wait.")
      .argument("[id...]", "by default those that the options name")
      .option("--state <state>", "waiting, sending, done, dead, cancelled")
      .option("--kind <kind>")
      .option("--destination <name>")
      .option("--binding <id>")
      .option("--from <time>", "ISO 8601, or an age such as 7d", timeOf("--from", since))
      .option("--to <time>", "ISO 8601, or an age", timeOf("--to", since))
      .option("--dry-run", "only say how many")
      .action(async (ids, { dryRun = false, ...filter }, command) => {
        const named = Object.values(filter).some((value) => value !== undefined);
        if (ids.length > 0 === named)
          throw usageError(`${name}: needs either ids or options that say which deliveries.`);
        return withTarget(world, command, async (target, printer) => {
          const chosen = ids.length > 0 ? { ids } : { filter };
          const result = (await target.change(`deliveries/${name}`, { ...chosen, dry_run: dryRun })) as Parameters;
          printer.result(result, () => {
            const what = count(Number(result.count), "delivery").replace("deliverys", "deliveries");
            return `${what} ${dryRun ? "would be " : ""}${name === "replay" ? "replayed" : "cancelled"}.\n`;
          });
        });
      });
  }
  deliveries
    .command("destinations")
    .description("Lists destinations: whether they are paused, and how much waits.")
    .action(async (_options, command) =>
      withTarget(world, command, async (target, printer) => {
        const { items } = await target.read("destinations", {});
        printer.result(items, () =>
          printer.table(
            ["NAME", "STATE", "PAUSED UNTIL", "FAILURES", "WAITING", "SENDING", "OLDEST WAITING"],
            items.map((item) =>
              ["name", "state", "paused_until", "failures", "waiting", "sending", "oldest_waiting"].map((key) =>
                String(item[key] ?? ""),
              ),
            ),
          ),
        );
      }),
    );
  deliveries
    .command("resume")
    .description("Sends to a paused destination again.")
    .argument("<destination>", "its name")
    .action(async (name, _options, command) =>
      withTarget(world, command, async (target, printer) => {
        const destination = await target.change(`destinations/${encodeURIComponent(name)}/resume`, {});
        printer.result(destination, () => `${name} is resumed.\n`);
      }),
    );
  return deliveries;
}

function deliveryTable(items: readonly Parameters[], printer: Printer): string {
  if (items.length === 0) return "No deliveries.\n";
  return printer.table(
    ["ID", "STATE", "ATTEMPT", "DUE", "DESTINATION", "BINDING", "SUMMARY"],
    items.map((item) =>
      ["id", "state", "attempt", "due", "destination", "binding_name", "summary"].map((key) => String(item[key] ?? "")),
    ),
  );
}
