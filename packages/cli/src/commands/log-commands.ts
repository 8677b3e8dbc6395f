import { readFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { CliError, usageError } from "../cli-error.js";
import { sortedYaml } from "../files/write-yaml.js";
import { absolutePath } from "../io.js";
import type { Printer } from "../output/printer.js";
import { problemMessage } from "../problem-message.js";
import type { Parameters, Target } from "../target/target.js";
import { databaseOf, globalOptions, printerOf, type World, withTarget } from "../world.js";
import { count, integer, timeOf } from "./arguments.js";
import { type DeliveryChange, leftOutDeliveries } from "./left-out-deliveries.js";

/** Number of entries on one page of a list. */
const pageSize = 500;

/** Reads pages of a list until there are enough entries. */
async function readPages(
  target: Target,
  path: string,
  query: Parameters,
  limit: number,
): Promise<readonly Parameters[]> {
  const items: Parameters[] = [];
  let cursor: unknown;
  for (;;) {
    const size = Math.min(pageSize, limit - items.length);
    const { items: found, detail } = await target.read(path, { ...query, page_size: size, cursor });
    items.push(...found);
    const { next } = detail;
    // what is filtered may leave nothing of a page that is not the last one
    if (next === undefined || next === null || next === cursor || items.length >= limit) return items.slice(0, limit);
    cursor = next;
  }
}

/** `audit` and `audit verify` */
export function auditCommand(world: World) {
  const since = () => world.io.clock();
  const audit = new Command("audit")
    .description("Shows the audit log, the newest entries first.")
    .option("--user <login>", "of calls about this user; here and below, * matches any characters")
    .option("--realm <name>", "of this realm")
    .option("--serial <serial>", "of this token")
    .option("--event <name>", "of this event")
    .option("--handler <id>", "of actions of this handler module")
    .option("--action <name>", "of this action")
    .option("--binding <id>", "of this binding")
    .addOption(new Option("--success <answer>", "by success or failure").choices(["true", "false"] as const))
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
    .description(
      "Finds changed, missing or inserted entries. Exits with 1 if there are any, and with 5 if the check is impossible.",
    )
    .option("--audit-key <file...>", "public keys in PEM, for --database")
    .addOption(
      new Option("--wait <seconds>", "how long the server may take")
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
    // a different node of the server may respond, with an older result or none
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

const deliveryStates = ["waiting", "sending", "sent", "dead", "cancelled"] as const;

const destinationStates = ["open", "paused", "disabled"] as const;

/** Parses a comma-separated list of choices. */
function choicesOf(option: string, allowed: readonly string[]) {
  return (text: string): string => {
    const chosen = text.split(",").map((choice) => choice.trim());
    const wrong = chosen.find((choice) => !allowed.includes(choice));
    if (wrong === undefined) return chosen.join(",");
    throw new InvalidArgumentError(problemMessage(`${JSON.stringify(wrong)} is not valid`, allowed.join(", "), option));
  };
}

/** Reads states of deliveries. */
const statesOf = choicesOf("--state", deliveryStates);

interface ChangeWords {
  readonly description: string;
  /** What becomes of the deliveries. */
  readonly done: string;
}

/** The commands that change deliveries. */
const deliveryChanges: Readonly<Record<DeliveryChange, ChangeWords>> = {
  replay: { description: "Sends deliveries again if they have ended and their content is kept.", done: "replayed" },
  cancel: { description: "Cancels deliveries that wait.", done: "cancelled" },
  hasten: {
    description: "Attempts waiting deliveries now, and ends the pauses of their destinations.",
    done: "hastened",
  },
};

/** `deliveries` with its commands */
export function deliveriesCommand(world: World) {
  const since = () => world.io.clock();
  const deliveries = new Command("deliveries").description(
    "Shows and changes durable deliveries and their destinations.",
  );
  deliveries
    .command("list", { isDefault: true })
    .description("Lists deliveries.")
    .option("--state <state,…>", `in one of these: ${deliveryStates.join(", ")}`, statesOf)
    .option("--kind <kind>", "such as WebHook/webhook")
    .option("--destination <name>", "to this destination")
    .option("--binding <id>", "of this binding")
    .option("--call <id>", "of this call")
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
    .argument("<id>", "the id, as shown by list")
    .action(async (id, _options, command) =>
      withTarget(world, command, async (target, printer) => {
        const [delivery] = (await target.read(`deliveries/${encodeURIComponent(id)}`, {})).items;
        printer.result(delivery, () => sortedYaml(delivery));
      }),
    );
  for (const [name, { description, done }] of Object.entries(deliveryChanges) as [DeliveryChange, ChangeWords][]) {
    deliveries
      .command(name)
      .description(description)
      .argument("[id...]", "by default those that the options select")
      .option("--state <state,…>", `in one of these: ${deliveryStates.join(", ")}`, statesOf)
      .option("--kind <kind>", "such as WebHook/webhook")
      .option("--destination <name>", "to this destination")
      .option("--binding <id>", "of this binding")
      .option("--from <time>", "ISO 8601, or an age such as 7d", timeOf("--from", since))
      .option("--to <time>", "ISO 8601, or an age", timeOf("--to", since))
      .option("--all", "all deliveries, instead of ids or the options above")
      .option("--dry-run", "only report how many there are")
      .action(async (ids, { dryRun = false, all = false, ...filter }, command) => {
        const named = Object.values(filter).some((value) => value !== undefined);
        if ([ids.length > 0, named, all].filter(Boolean).length !== 1)
          throw usageError(`${name}: needs ids, options that select deliveries, or --all.`);
        return withTarget(world, command, async (target, printer) => {
          const chosen = all ? { all } : ids.length > 0 ? { ids } : { filter };
          const result = (await target.change(`deliveries/${name}`, { ...chosen, dry_run: dryRun })) as Parameters;
          printer.result(result, () => {
            return `${count(Number(result.count), "delivery")} ${dryRun ? "would be " : ""}${done}.\n`;
          });
          const leftOut = await leftOutDeliveries(target, name, ids, result.ids);
          for (const line of leftOut) printer.note(line);
          if (leftOut.length > 0) world.exit = "failed";
        });
      });
  }
  deliveries
    .command("destinations")
    .description("Lists destinations by name, whether they are paused, and how many deliveries wait.")
    .option(
      "--state <state,…>",
      `in one of these: ${destinationStates.join(", ")}`,
      choicesOf("--state", destinationStates),
    )
    .option("--limit <number>", "maximum number of destinations", integer("--limit", 1, 100_000), 1_000)
    .action(async ({ limit, ...filter }, command) =>
      withTarget(world, command, async (target, printer) => {
        const items = await readPages(target, "destinations", filter, limit);
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
    .description("Resumes sending to a paused destination.")
    .argument("<destination>", "its name")
    .action(async (name, _options, command) =>
      withTarget(world, command, async (target, printer) => {
        const destination = await target.change(`destinations/${encodeURIComponent(name)}/resume`, {});
        printer.result(destination, () => `${name} has been resumed.\n`);
      }),
    );
  return deliveries;
}

function deliveryTable(items: readonly Parameters[], printer: Printer): string {
  if (items.length === 0) return "No deliveries.\n";
  return printer.table(
    ["ID", "STATE", "ATTEMPT", "DUE", "DESTINATION", "BINDING", "SUMMARY", "REASON"],
    items.map((item) =>
      ["id", "state", "attempt", "due", "destination", "binding_name", "summary", "reason"].map((key) =>
        String(item[key] ?? ""),
      ),
    ),
  );
}
