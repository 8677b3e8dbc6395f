/** The name and the actions of a new handler. */
export interface HandlerAnswers {
  /** In lower case with hyphens, such as `slack` or `ms-teams`; the factory has the same name in camel case. */
  readonly name: string;
  /** Names of the actions, in snake case. @default ["send_message"] */
  readonly actions?: readonly string[] | undefined;
  /** Where the actions run. @default ["pre", "post"] */
  readonly positions?: readonly string[] | undefined;
  /** Name of the npm package. @default `bookend-handler-<name>` */
  readonly packageName?: string | undefined;
  /** The directory to create. @default the name of the package without its scope, in the current directory */
  readonly directory?: string | undefined;
}

/** Answers from which no package can be created. The message names the field, the value and what is allowed. */
export class HandlerAnswersError extends Error {
  override readonly name = "HandlerAnswersError";
}

/** Answers in which missing ones are filled in with defaults. */
export interface CompleteAnswers {
  readonly name: string;
  readonly actions: readonly string[];
  readonly positions: readonly string[];
  readonly packageName: string;
  readonly directory: string;
}

/** Maximum number of actions, and maximum length of a name in characters. */
const maxActions = 20;
const maxNameLength = 50;

/** Reserved words of the language, and names that the template uses. */
const reserved = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false
  finally for function if implements import in instanceof interface let new null package private protected public return
  static super switch this throw true try typeof var void while with yield handler defineHandler messageDelivery`.split(
    /\s+/,
  ),
);

/**
 * Checks answers and fills in what is missing.
 *
 * @throws {HandlerAnswersError}
 */
export function completeAnswers(answers: HandlerAnswers): CompleteAnswers {
  const { name, actions = ["send_message"], positions = ["pre", "post"] } = answers;
  const packageName = answers.packageName ?? `bookend-handler-${name}`;
  const problem =
    nameProblem(name) ??
    actionsProblem(actions, name) ??
    positionsProblem(positions) ??
    packageNameProblem(packageName);
  if (problem !== undefined) throw new HandlerAnswersError(problem);
  const directory = answers.directory ?? packageName.replace(/^@[^/]+\//, "");
  return { name, actions, positions, packageName, directory };
}

/** Returns the problem with the name of a handler; undefined if there is none. */
export function nameProblem(name: string): string | undefined {
  const shown = JSON.stringify(name);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > maxNameLength) {
    return `name: ${shown} is not valid. Allowed: 1 to ${maxNameLength} lower-case letters and digits, in words separated by hyphens, such as slack or ms-teams.`;
  }
  if (reserved.has(camelCase(name))) return `name: ${shown} is a reserved word. Allowed: another name.`;
  return undefined;
}

/** Returns the problem with the names of actions; undefined if there is none. */
export function actionsProblem(actions: readonly string[], name: string): string | undefined {
  if (actions.length === 0 || actions.length > maxActions) {
    return `actions: there are ${actions.length}. Allowed: 1 to ${maxActions}.`;
  }
  for (const action of actions) {
    const shown = JSON.stringify(action);
    if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(action) || action.length > maxNameLength) {
      return `actions: ${shown} is not valid. Allowed: 1 to ${maxNameLength} lower-case letters and digits, in words separated by underscores, such as send_message.`;
    }
    if (`${camelCase(action)}Action` === camelCase(name))
      return `actions: ${shown} is the name of the handler. Allowed: another name.`;
  }
  const repeated = actions.find(
    (action, index) => actions.findIndex((other) => camelCase(other) === camelCase(action)) !== index,
  );
  return repeated === undefined
    ? undefined
    : `actions: ${JSON.stringify(repeated)} is listed twice. Allowed: each action once.`;
}

function positionsProblem(positions: readonly string[]): string | undefined {
  const wrong = positions.find((position) => position !== "pre" && position !== "post");
  if (wrong !== undefined) return `positions: ${JSON.stringify(wrong)} is not valid. Allowed: pre, post.`;
  if (positions.length === 0) return "positions: there is none. Allowed: pre, post, or both.";
  return new Set(positions).size === positions.length
    ? undefined
    : "positions: a position is listed twice. Allowed: each position once.";
}

function packageNameProblem(name: string): string | undefined {
  // npm's rules for new packages
  if (/^(@[a-z0-9-][a-z0-9-._]*\/)?[a-z0-9-][a-z0-9-._]*$/.test(name) && name.length <= 214) return undefined;
  return `package: ${JSON.stringify(name)} is not a valid name of an npm package. Allowed: a name such as acme-bookend-handler-slack or @acme/bookend-handler-slack.`;
}

/** Converts `ms-teams` and `ms_teams` to `msTeams`. */
export function camelCase(name: string): string {
  return name.replace(/[-_]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
