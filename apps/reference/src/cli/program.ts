import { Command, Option } from "commander";
import { versionNumber } from "../http/envelope.js";
import { addAdmin, listAdmins, removeAdmin } from "./admin.js";
import { pruneAudit, verifyAudit } from "./audit.js";
import { cancelDeliveries, hastenDeliveries, listDeliveries, replayDeliveries, showDelivery } from "./deliveries.js";
import { listHandlers } from "./handlers.js";
import { checkConfig, type ServeOptions, serve } from "./serve.js";

/** The commands of `bookend-reference`. */
export function createProgram(): Command {
  const program = new Command("bookend-reference")
    .description("An MFA server with privacyIDEA's API, on which Bookend runs.")
    .version(versionNumber);

  program
    .command("serve")
    .description("Runs the server until SIGTERM or SIGINT; running calls finish.")
    .requiredOption("--config <file>", "YAML or JSON")
    .option("--workers <number>", "processes that serve, in place of `workers` of the configuration; PostgreSQL only")
    .option("--check", "only says whether the configuration can be used")
    .action(({ check, ...options }: ServeOptions & { readonly check?: boolean }) =>
      check ? checkConfig(options) : serve(options),
    );

  program
    .command("handlers")
    .description("Lists the handlers: id, package, version, directory.")
    .requiredOption("--config <file>", "the server's configuration")
    .action(listHandlers);

  const audit = program.command("audit").description("The audit log.");
  withSource(audit.command("verify"))
    .description(
      "Finds a changed, missing or inserted row, and prints the head of the log. Exit code 1 if there is one.",
    )
    .option("--anchor <head>", "the head that an earlier run printed: what it covers must still be there")
    .action(verifyAudit);
  withSource(audit.command("prune"))
    .description("Deletes old rows; the rest still verifies.")
    .requiredOption("--keep-days <days>", "rows younger than that are kept")
    .action(pruneAudit);

  const deliveries = program
    .command("deliveries")
    .description("Durable deliveries: what waits, was sent or was given up.");
  withSource(deliveries.command("list"))
    .description("Lists deliveries, newest first, as JSON lines.")
    .option("--state <state>", "waiting, sending, sent, dead or cancelled")
    .option("--kind <kind>", "such as UserNotification/mail")
    .option("--destination <name>", "such as smtp:office")
    .option("--limit <number>", "maximum number of deliveries, up to 1000", "50")
    .action(listDeliveries);
  withSource(deliveries.command("show <id>")).description("Shows a delivery and its attempts.").action(showDelivery);
  withSelection(deliveries.command("replay [ids...]"))
    .description("Sends deliveries again if they have ended and their content is kept.")
    .action(replayDeliveries);
  withSelection(deliveries.command("cancel [ids...]"))
    .description("Cancels deliveries that wait; an attempt that is running is the last one.")
    .action(cancelDeliveries);
  withSelection(deliveries.command("hasten [ids...]"))
    .description("Attempts waiting deliveries now, and ends the pauses of their destinations.")
    .action(hastenDeliveries);

  const admin = program.command("admin").description("Local administrators.");
  withSource(admin.command("add <name>"))
    .description("Adds an administrator, or changes one. The password is read from standard input.")
    .option("--email <address>")
    .action(addAdmin);
  withSource(admin.command("list")).action(listAdmins);
  withSource(admin.command("remove <name>")).action(removeAdmin);
  return program;
}

/** Which deliveries a command is about. */
function withSelection(command: Command): Command {
  return withSource(command)
    .option("--state <state>", "only those in this state: waiting, sending, sent, dead or cancelled")
    .option("--kind <kind>", "only those of this kind, such as UserNotification/mail")
    .option("--destination <name>", "only those to this destination, such as smtp:office")
    .option("--all", "all deliveries, in place of ids and the options above")
    .option("--dry-run", "only list the deliveries that would be affected");
}

/** Where a command finds the database and the keys. */
function withSource(command: Command): Command {
  return command
    .addOption(new Option("--config <file>", "the server's configuration").conflicts("dataDir"))
    .addOption(new Option("--data-dir <directory>", "the data directory of a demo"));
}
