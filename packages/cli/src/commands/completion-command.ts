import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Argument, Command } from "@commander-js/extra-typings";
import type { World } from "../world.js";

/** Creates the command `completion`. */
export function completionCommand(world: World) {
  return new Command("completion")
    .description("Writes a script that completes commands and options: source <(bookend completion bash)")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"] as const))
    .action((shell, _options, command) => {
      const root = command.parent as CommandUnknownOpts;
      const write = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell];
      world.io.stdout.write(write(wordsOf(root)));
    });
}

/** The value after an option or a command: one of a list, the name of a file, or any string. */
type Value = readonly string[] | "file" | "other";

interface OptionWord {
  readonly flag: string;
  readonly description: string;
  /** The value of the option; undefined if the option does not take a value. */
  readonly value: Value | undefined;
}

/** The words that can follow a command. */
interface Words {
  /** The command with its parents, such as `bookend deliveries`. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionWord[];
  /** The value of the arguments of the command. */
  readonly value: Value;
}

function wordsOf(root: CommandUnknownOpts): readonly Words[] {
  const words: Words[] = [];
  const collect = (command: CommandUnknownOpts, path: string, inherited: Words["options"]) => {
    const own = command.options.map(
      ({ long, description, flags, argChoices, required }): OptionWord => ({
        flag: long ?? "",
        description,
        value: required ? (argChoices ?? (/<(?:file|directory|module)/.test(flags) ? "file" : "other")) : undefined,
      }),
    );
    const help = { flag: "--help", description: "Shows help.", value: undefined };
    // an option of the command takes precedence over a global option of the same name
    const all = [...own, ...inherited.filter(({ flag }) => !own.some((option) => option.flag === flag))];
    const commands = command.commands.map((inner) => ({ name: inner.name(), description: inner.description() }));
    words.push({ path, commands, options: [...all, help], value: argumentOf(command) });
    for (const inner of command.commands) collect(inner, `${path} ${inner.name()}`, all);
  };
  collect(root, root.name(), []);
  return words;
}

function argumentOf({ registeredArguments }: CommandUnknownOpts): Value {
  const [choices] = registeredArguments.flatMap(({ argChoices }) => (argChoices === undefined ? [] : [argChoices]));
  if (choices !== undefined) return choices;
  const takesFile = registeredArguments.some((argument) =>
    /\bfile\b/.test(`${argument.name()} ${argument.description}`),
  );
  return takesFile ? "file" : "other";
}

/** Returns the options of a command, grouped by their values: files, any string, or a list of words. */
function valuedOptions({ options }: Words) {
  const flags = (wanted: Value) => options.flatMap(({ flag, value }) => (value === wanted ? flag : []));
  const chosen = options.flatMap(({ flag, value }) =>
    Array.isArray(value) ? [{ flag, choices: value as readonly string[] }] : [],
  );
  return { files: flags("file"), others: flags("other"), chosen };
}

function bashScript(words: readonly Words[]): string {
  const cases = words.map((place) => {
    const { path, commands, options, value } = place;
    const { files, others, chosen } = valuedOptions(place);
    const all = [
      ...commands.map(({ name }) => name),
      ...(Array.isArray(value) ? value : []),
      ...options.map(({ flag }) => flag),
    ];
    return [
      `    ${quoted(path)})`,
      `      case "$previous" in`,
      ...(files.length > 0 ? [`        ${files.join("|")}) files=yes ;;`] : []),
      ...(others.length > 0 ? [`        ${others.join("|")}) ;;`] : []),
      ...chosen.map(({ flag, choices }) => `        ${flag}) words=${quoted(choices.join(" "))} ;;`),
      `        *) words=${quoted(all.join(" "))}${value === "file" ? " files=yes" : ""} ;;`,
      "      esac ;;",
    ].join("\n");
  });
  const paths = words.map(({ path }) => quoted(path)).join("|");
  return `# bash completion of bookend
_bookend() {
  local path=bookend words="" files="" word current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in ${paths}) path="$path $word" ;; esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  # if nothing matches, bash offers the names of files, which is only useful where a file is expected
  [ -n "$files" ] || compopt +o default 2>/dev/null
}
complete -o default -F _bookend bookend
`;
}

function zshScript(words: readonly Words[]): string {
  const cases = words.map((place) => {
    const { path, commands, options, value } = place;
    const { files, others, chosen } = valuedOptions(place);
    const described = [
      ...commands.map(({ name, description }) => `${name}:${description}`),
      ...(Array.isArray(value) ? value : []),
      ...options.map(({ flag, description }) => `${flag}:${description}`),
    ];
    return [
      `    (${quoted(path)})`,
      `      case "$previous" in`,
      ...(files.length > 0 ? [`        (${files.join("|")}) files=yes ;;`] : []),
      ...(others.length > 0 ? [`        (${others.join("|")}) ;;`] : []),
      ...chosen.map(({ flag, choices }) => `        (${flag}) offered=(${choices.map(quoted).join(" ")}) ;;`),
      `        (*) offered=(${described.map(quoted).join(" ")})${value === "file" ? " files=yes" : ""} ;;`,
      "      esac ;;",
    ].join("\n");
  });
  const paths = words.map(({ path }) => quoted(path)).join("|");
  return `#compdef bookend
_bookend() {
  local place=bookend word previous files
  local -a offered typed
  typed=("\${(@)\${(z)LBUFFER}}")
  # the word that is being typed is not complete yet
  [[ "$LBUFFER" == *" " ]] && typed+=("")
  previous="\${typed[-2]}"
  for word in "\${(@)typed[2,-2]}"; do
    case "$place $word" in (${paths}) place="$place $word" ;; esac
  done
  case "$place" in
${cases.join("\n")}
  esac
  [[ \${#offered} -eq 0 ]] || _describe bookend offered
  [[ -z "$files" ]] || _files
}
compdef _bookend bookend
`;
}

function fishScript(words: readonly Words[]): string {
  const lines = words.flatMap(({ path, commands, options, value }) => {
    const names = path.split(" ").slice(1);
    // a group can have a subcommand with the same name as this command, but with other options, so that subcommand is
    // excluded
    const inner = commands.map(({ name }) => name).join(" ");
    const seen = names.map((name) => `__fish_seen_subcommand_from ${name}`);
    const outer = names.length === 1 ? groupsBefore(words, names[0] ?? "") : [];
    const condition = names.length === 0 ? "__fish_use_subcommand" : [...seen, ...outer].join("; and ");
    const open =
      names.length > 0 && inner !== "" ? `${condition}; and not __fish_seen_subcommand_from ${inner}` : condition;
    const complete = `complete -c bookend -n ${quoted(condition)}`;
    return [
      ...commands.map(
        ({ name, description }) => `complete -c bookend -n ${quoted(open)} -a ${name} -d ${quoted(description)}`,
      ),
      ...(Array.isArray(value) ? [`${complete} -a ${quoted(value.join(" "))}`] : []),
      ...(value === "file" ? [`${complete} -F`] : []),
      ...options.map(
        (option) => `${complete} -l ${option.flag.slice(2)}${fishValue(option.value)} -d ${quoted(option.description)}`,
      ),
    ];
  });
  return `# fish completion of bookend\ncomplete -c bookend -f\n${lines.join("\n")}\n`;
}

/** Returns fish conditions that exclude command lines with a group, such as `audit`, that has a subcommand of this name. */
function groupsBefore(words: readonly Words[], name: string): readonly string[] {
  const groups = words.flatMap(({ path }) => {
    const [, group, inner] = path.split(" ");
    return group !== undefined && inner === name ? [`not __fish_seen_subcommand_from ${group}`] : [];
  });
  return [...new Set(groups)];
}

function fishValue(value: Value | undefined): string {
  if (value === undefined) return "";
  if (value === "file") return " -r -F";
  return value === "other" ? " -x" : ` -x -a ${quoted(value.join(" "))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
