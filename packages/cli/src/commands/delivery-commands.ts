import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { usageError } from "../cli-error.js";
import { sortedYaml } from "../files/write-yaml.js";
import type { Printer } from "../output/printer.js";
import { problemMessage } from "../problem-message.js";
import type { Parameters } from "../target/target.js";
import { type World, withTarget } from "../world.js";
import { count, integer, timeOf } from "./arguments.js";
import { type DeliveryChange, leftOutDeliveries } from "./left-out-deliveries.js";
import { readPages } from "./read-pages.js";

const deliveryStates = ["waiting", "sending", "sent", "dead", "cancelled"] as const;

const destinationStates = ["open", "paused", "disabled"] as const;

/** Returns a parser for an option whose value is a comma-separated list of choices. */
function choicesOf(option: string, allowed: readonly string[]) {
  return (text: string): string => {
    const chosen = text.split(",").map((choice) => choice.trim());
    const wrong = chosen.find((choice) => !allowed.includes(choice));
    if (wrong === undefined) return chosen.join(",");
    throw new InvalidArgumentError(problemMessage(`${JSON.stringify(wrong)} is not valid`, allowed.join(", "), option));
  };
}

/** Parses the states of deliveries. */
const statesOf = choicesOf("--state", deliveryStates);

interface ChangeWords {
  readonly description: string;
  /** The participle for messages such as `2 deliveries replayed`. */
  readonly done: string;
}

/** The commands that change deliveries. */
const deliveryChanges: Readonly<Record<DeliveryChange, ChangeWords>> = {
  replay: { description: "Sends deliveries again if they have ended and their content is kept.", done: "replayed" },
  cancel: { description: "Cancels waiting deliveries.", done: "cancelled" },
  hasten: {
    description: "Attempts waiting deliveries now, and ends the pauses of their destinations.",
    done: "hastened",
  },
};

/** Creates the command `deliveries`, with its subcommands. */
export function deliveriesCommand(world: World) {
  const clock = () => world.io.clock();
  const deliveries = new Command("deliveries").description(
    "Shows and changes durable deliveries and their destinations.",
  );
  deliveries
    .command("list", { isDefault: true })
    .description("Lists deliveries.")
    .option("--state <state,…>", `only in these states: ${deliveryStates.join(", ")}`, statesOf)
    .option("--kind <kind>", "only of this kind, such as WebHook/webhook")
    .option("--destination <name>", "only to this destination")
    .option("--binding <id>", "only of this binding")
    .option("--call <id>", "only of this call")
    .option("--from <time>", "only since then: ISO 8601, or an age such as 7d", timeOf("--from", clock))
    .option("--to <time>", "only until then: ISO 8601, or an age", timeOf("--to", clock))
    .option("--limit <number>", "maximum number of deliveries", integer("--limit", 1, 100_000), 50)
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
      .argument("[id...]", "ids of deliveries; without ids, the options select them")
      .option("--state <state,…>", `only in these states: ${deliveryStates.join(", ")}`, statesOf)
      .option("--kind <kind>", "only of this kind, such as WebHook/webhook")
      .option("--destination <name>", "only to this destination")
      .option("--binding <id>", "only of this binding")
      .option("--from <time>", "only since then: ISO 8601, or an age such as 7d", timeOf("--from", clock))
      .option("--to <time>", "only until then: ISO 8601, or an age", timeOf("--to", clock))
      .option("--all", "all deliveries, instead of ids or the options above")
      .option("--dry-run", "only report how many deliveries would change")
      .action(async (ids, { dryRun = false, all = false, ...filter }, command) => {
        const isFiltered = Object.values(filter).some((value) => value !== undefined);
        if ([ids.length > 0, isFiltered, all].filter(Boolean).length !== 1)
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
    .description("Lists destinations by name: whether they are paused, and how many deliveries wait.")
    .option(
      "--state <state,…>",
      `only in these states: ${destinationStates.join(", ")}`,
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
    .description("Resumes sending to a destination that is paused or disabled.")
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
