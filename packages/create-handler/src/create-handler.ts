import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CompleteAnswers,
  camelCase,
  completeAnswers,
  type HandlerAnswers,
  HandlerAnswersError,
} from "./handler-answers.js";

/** A package that was created. */
export interface CreatedHandler {
  readonly packageName: string;
  /** Absolute path. */
  readonly directory: string;
  /** Paths below the directory, sorted. */
  readonly files: readonly string[];
}

/** The version range of Bookend's packages in the package.json of a new handler. */
const range = "^1.0.0";

const template = fileURLToPath(new URL("../template/", import.meta.url));

/**
 * Creates the package of a handler, without overwriting anything.
 *
 * @throws {HandlerAnswersError} for an answer that is not valid, or a directory that is not empty
 */
export async function createHandler(given: HandlerAnswers): Promise<CreatedHandler> {
  const answers = completeAnswers(given);
  const directory = resolve(answers.directory);
  if (existsSync(directory) && (await entriesOf(directory)).length > 0) {
    throw new HandlerAnswersError(
      `directory: ${JSON.stringify(answers.directory)} is not empty. Allowed: a directory that does not exist or is empty.`,
    );
  }
  const files: string[] = [];
  for (const [path, text] of await rendered(answers)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text, { flag: "wx" });
    files.push(path);
  }
  return { packageName: answers.packageName, directory, files: files.sort() };
}

async function entriesOf(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch {
    throw new HandlerAnswersError(
      `directory: ${JSON.stringify(directory)} is not a readable directory. Allowed: a directory that does not exist or is empty.`,
    );
  }
}

/** Returns the files of the template with the answers filled in; `actions/action.ts` is repeated for each action. */
async function rendered(answers: CompleteAnswers): Promise<readonly (readonly [string, string])[]> {
  const names = await readdir(template, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const common = valuesOf(answers);
  const all: (readonly [string, string])[] = [];
  for (const file of files) {
    const source = await readFile(file, "utf8");
    // npm leaves dot files out of packages, and tools would find the package.json and the tests of the template, so
    // these files have other names
    const path = relative(template, file)
      .replace(/(^|\/)_/g, "$1.")
      .replace(/\.tmpl$/, "");
    if (path === join("src", "actions", "action.ts")) {
      for (const action of answers.actions) {
        all.push([
          join("src", "actions", `${action.replaceAll("_", "-")}.ts`),
          fill(source, { ...common, ...actionValues(action) }),
        ]);
      }
    } else all.push([path, fill(source, common, answers.actions)]);
  }
  return all;
}

function valuesOf({ name, actions, positions, packageName }: CompleteAnswers): Readonly<Record<string, string>> {
  const factory = camelCase(name);
  const type = `${factory.slice(0, 1).toUpperCase()}${factory.slice(1)}`;
  const [first = ""] = actions;
  return {
    name,
    package: packageName,
    factory,
    id: type,
    range,
    positions: positions.map((position) => JSON.stringify(position)).join(", "),
    firstPosition: positions[0] ?? "post",
    positionsInWords: positions.map((position) => `\`${position}\``).join(" and "),
    firstAction: first,
  };
}

function actionValues(action: string): Readonly<Record<string, string>> {
  return {
    action,
    actionFunction: `${camelCase(action)}Action`,
    actionFile: action.replaceAll("_", "-"),
    actionOptions: `${camelCase(action)}Options`,
  };
}

/** Replaces `{{name}}`; a line that begins with `//each ` is repeated for each action. */
function fill(source: string, values: Readonly<Record<string, string>>, actions: readonly string[] = []): string {
  const lines = source.split("\n").flatMap((line) => {
    const [, text] = /^\/\/each (.*)$/.exec(line) ?? [];
    return text === undefined
      ? [fillLine(line, values)]
      : actions.map((action) => fillLine(text, { ...values, ...actionValues(action) }));
  });
  return lines.join("\n");
}

function fillLine(line: string, values: Readonly<Record<string, string>>): string {
  return line.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}
