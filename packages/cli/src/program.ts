import { Command, Option } from "@commander-js/extra-typings";
import packageJson from "../package.json" with { type: "json" };
import { integer } from "./commands/arguments.js";
import { auditCommand } from "./commands/audit-commands.js";
import {
  copyCommand,
  deleteCommand,
  handlersCommand,
  historyCommand,
  listCommand,
  showCommand,
  switchCommand,
} from "./commands/binding-commands.js";
import { completionCommand } from "./commands/completion-command.js";
import { deliveriesCommand } from "./commands/delivery-commands.js";
import { applyCommand, checkCommand, exportCommand, planCommand } from "./commands/file-commands.js";
import { importCommand } from "./commands/import-command.js";
import { loginCommand } from "./commands/login-command.js";
import { backtestCommand, explainCommand, previewCommand } from "./commands/question-commands.js";
import { visible } from "./output/table.js";
import type { World } from "./world.js";

/** Creates the whole command line. */
export function createProgram(world: World) {
  const program = new Command("bookend")
    .version(packageJson.version, "--version")
    .option("--url <url>", "URL of a server; default: BOOKEND_URL, or the last login")
    .option("--database <url>", "a database: sqlite:PATH, postgres://…; default: BOOKEND_DATABASE")
    .option("--ca <file>", "additional trusted certificates, in PEM")
    .addOption(
      new Option("--timeout <seconds>", "time limit for the server's response")
        .argParser(integer("--timeout", 1, 3_600))
        .default(60),
    )
    .option("--handlers <module>", "with --database: module with your server's handlers")
    .option("--scripts <directory>", "with --database: directory of the Script handler")
    .option("--templates <directory>", "with --database: directory of template files")
    .option("--create", "with --database: create or migrate its tables")
    .option("--json", "print JSON")
    .option("--yaml", "print YAML")
    .option("--no-color", "print without colors")
    .showSuggestionAfterError(true);
  const commands = [
    listCommand(world),
    showCommand(world),
    historyCommand(world),
    handlersCommand(world),
    enableCommand(world),
    switchCommand(world, "disable"),
    copyCommand(world),
    deleteCommand(world),
    exportCommand(world),
    importCommand(world),
    planCommand(world),
    applyCommand(world),
    checkCommand(world),
    explainCommand(world),
    previewCommand(world),
    backtestCommand(world),
    auditCommand(world),
    deliveriesCommand(world),
    loginCommand(world),
    completionCommand(world),
  ];
  for (const command of commands) program.addCommand(command);
  const { stdout, stderr } = world.io;
  const output = {
    writeOut: (text: string) => void stdout.write(text),
    writeErr: (text: string) => void stderr.write(text.split("\n").map(visible).join("\n")),
    getOutHelpWidth: () => (stdout.isTTY === true ? (stdout.columns ?? 80) : 100),
    getErrHelpWidth: () => 100,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  };
  for (const command of allOf(program)) {
    command.configureOutput(output).exitOverride().helpCommand(false);
    if (command.parent !== null) command.addHelpText("after", "\nOptions of all commands: bookend --help");
  }
  program.configureHelp({ formatHelp: () => rootHelp(program) });
  return program;
}

function enableCommand(world: World) {
  return switchCommand(world, "enable");
}

type AnyCommand = ReturnType<typeof createProgram>["commands"][number];

function allOf(program: { readonly commands: readonly AnyCommand[] }): readonly AnyCommand[] {
  return [program as unknown as AnyCommand, ...program.commands.flatMap((command) => allOf(command))];
}

/** The groups of commands, so short that the complete help fits on one screen. */
const groups = [
  ["Look", ["list", "show", "history", "handlers", "audit", "deliveries"]],
  ["Change", ["enable", "disable", "copy", "delete"]],
  ["Files", ["export", "import", "plan", "apply", "check"]],
  ["Ask", ["explain", "preview", "backtest"]],
  ["Set up", ["login", "completion"]],
] as const;

function rootHelp(program: { readonly options: readonly Option[] }): string {
  const options = program.options.map(({ flags, description }) => `  ${flags.padEnd(24)}${description}`);
  const lines = [
    "Usage: bookend [options] <command>",
    "",
    "Shows and changes the bindings of a server or a database, and manages them as files.",
    "",
    ...groups.map(([what, names]) => `  ${`${what}:`.padEnd(9)}${names.join(", ")}`),
    "",
    ...options,
    "",
    "Help for a command: bookend <command> --help",
  ];
  return `${lines.join("\n")}\n`;
}
