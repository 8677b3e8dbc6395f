import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Argument, Command } from "@commander-js/extra-typings";
import type { World } from "../world.js";

/** `completion` */
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

/** The words that can follow a command. */
interface Words {
  /** `bookend deliveries` */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly { readonly flag: string; readonly description: string }[];
}

function wordsOf(root: CommandUnknownOpts): readonly Words[] {
  const words: Words[] = [];
  const collect = (command: CommandUnknownOpts, path: string, inherited: Words["options"]) => {
    const own = command.options.map(({ long, description }) => ({ flag: long ?? "", description }));
    const options = [...own, ...inherited, { flag: "--help", description: "Shows help." }];
    const commands = command.commands.map((inner) => ({ name: inner.name(), description: inner.description() }));
    words.push({ path, commands, options });
    for (const inner of command.commands) collect(inner, `${path} ${inner.name()}`, [...own, ...inherited]);
  };
  collect(root, root.name(), []);
  return words;
}

function bashScript(words: readonly Words[]): string {
  const cases = words.map(({ path, commands, options }) => {
    const all = [...commands.map(({ name }) => name), ...new Set(options.map(({ flag }) => flag))];
    return `    ${quoted(path)}) words=${quoted(all.join(" "))} ;;`;
  });
  const paths = words.map(({ path }) => quoted(path)).join("|");
  return `# bash completion of bookend
_bookend() {
  local path=bookend words="" word current="\${COMP_WORDS[COMP_CWORD]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in ${paths}) path="$path $word" ;; esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _bookend bookend
`;
}

function zshScript(words: readonly Words[]): string {
  const cases = words.map(({ path, commands, options }) => {
    const described = [
      ...commands.map(({ name, description }) => `${name}:${description}`),
      ...options.map(({ flag, description }) => `${flag}:${description}`),
    ];
    return `    ${quoted(path)}) words=(${described.map(quoted).join(" ")}) ;;`;
  });
  const paths = words.map(({ path }) => quoted(path)).join("|");
  return `#compdef bookend
_bookend() {
  local place=bookend word
  local -a words
  for word in "\${(@)\${(z)BUFFER}[2,-1]}"; do
    case "$place $word" in (${paths}) place="$place $word" ;; esac
  done
  case "$place" in
${cases.map((line) => line.replace(/^ {4}/, "    (")).join("\n")}
  esac
  _describe bookend words
  _files
}
compdef _bookend bookend
`;
}

function fishScript(words: readonly Words[]): string {
  const lines = words.flatMap(({ path, commands, options }) => {
    const names = path.split(" ").slice(1);
    const seen = names.map((name) => `__fish_seen_subcommand_from ${name}`).join("; and ");
    const condition = names.length === 0 ? "__fish_use_subcommand" : seen;
    return [
      ...commands.map(
        ({ name, description }) => `complete -c bookend -n ${quoted(condition)} -a ${name} -d ${quoted(description)}`,
      ),
      ...options.map(
        ({ flag, description }) =>
          `complete -c bookend -n ${quoted(condition)} -l ${flag.slice(2)} -d ${quoted(description)}`,
      ),
    ];
  });
  return `# fish completion of bookend\n${lines.join("\n")}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
