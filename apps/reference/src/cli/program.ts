import { Command, Option } from "commander";
import { versionNumber } from "../http/envelope.js";
import { addAdmin, listAdmins, removeAdmin } from "./admin.js";
import { pruneAudit, verifyAudit } from "./audit.js";
import { cancelDeliveries, hastenDeliveries, listDeliveries, replayDeliveries, showDelivery } from "./deliveries.js";
import { listHandlers } from "./handlers.js";
import { checkConfig, type ServeOptions, serve } from "./serve.js";

/** Creates the commands of `bookend-reference`. */
export function createProgram(): Command {
  const program = new Command("bookend-reference")
    .description("An MFA server with privacyIDEA's API, on which Bookend runs.")
    .version(versionNumber);

  program
    .command("serve")
    .description("Runs the server until SIGTERM or SIGINT, and lets running calls finish.")
    .requiredOption("--config <file>", "the server's configuration, in YAML or JSON")
    .option(
      "--workers <number>",
      "number of worker processes, instead of `workers` in the configuration; PostgreSQL only, each with up to 14 connections",
    )
    .option("--check", "check whether the server can start with the configuration, and change nothing")
    .action(({ check, ...options }: ServeOptions & { readonly check?: boolean }) =>
      check ? checkConfig(options) : serve(options),
    );

  program
    .command("handlers")
    .description("Lists the handlers with their ids, packages, versions and directories.")
    .requiredOption("--config <file>", "the server's configuration")
    .action(listHandlers);

  const audit = program.command("audit").description("Verifies and prunes the audit log.");
  withSource(audit.command("verify"))
    .description(
      "Finds changed, missing or inserted rows, and exits with 1 if there are any. Otherwise prints the head of the log.",
    )
    .option("--anchor <head>", "the head that an earlier run printed; all rows up to it must still exist")
    .action(verifyAudit);
  withSource(audit.command("prune"))
    .description("Deletes old rows. The remaining rows can still be verified.")
    .requiredOption("--keep-days <days>", "keep the rows of this many days")
    .action(pruneAudit);

  const deliveries = program.command("deliveries").description("Shows and changes durable deliveries.");
  withSource(deliveries.command("list"))
    .description("Lists deliveries, newest first, as JSON lines.")
    .option("--state <state>", "waiting, sending, sent, dead or cancelled")
    .option("--kind <kind>", "such as UserNotification/mail")
    .option("--destination <name>", "such as smtp:office")
    .option("--limit <number>", "maximum number of deliveries, up to 1000", "50")
    .action(listDeliveries);
  withSource(deliveries.command("show <id>")).description("Shows a delivery and its attempts.").action(showDelivery);
  withSelection(deliveries.command("replay [ids...]"))
    .description("Sends deliveries that have ended once more, unless their content has been deleted.")
    .action(replayDeliveries);
  withSelection(deliveries.command("cancel [ids...]"))
    .description("Cancels waiting deliveries. An attempt that is already running is completed, but not repeated.")
    .action(cancelDeliveries);
  withSelection(deliveries.command("hasten [ids...]"))
    .description("Attempts waiting deliveries now, and ends the pauses of their destinations.")
    .action(hastenDeliveries);

  const admin = program.command("admin").description("Adds, lists and removes local administrators.");
  withSource(admin.command("add <name>"))
    .description("Adds or changes an administrator. The password is read from standard input.")
    .option("--email <address>", "the administrator's mail address")
    .action(addAdmin);
  withSource(admin.command("list")).description("Lists local administrators.").action(listAdmins);
  withSource(admin.command("remove <name>")).description("Removes a local administrator.").action(removeAdmin);
  return program;
}

/** Adds the options that select deliveries to a command. */
function withSelection(command: Command): Command {
  return withSource(command)
    .option("--state <state>", "only deliveries in this state: waiting, sending, sent, dead or cancelled")
    .option("--kind <kind>", "only deliveries of this kind, such as UserNotification/mail")
    .option("--destination <name>", "only deliveries to this destination, such as smtp:office")
    .option("--all", "all deliveries, instead of ids or the options above")
    .option("--dry-run", "only list the deliveries that would be affected");
}

/** Adds the options that locate the database and the keys to a command. */
function withSource(command: Command): Command {
  return command
    .addOption(new Option("--config <file>", "the server's configuration").conflicts("dataDir"))
    .addOption(new Option("--data-dir <directory>", "the data directory of a demo"));
}
