import { pathToFileURL } from "node:url";
import { BookendError, createBookend, type Handler, memoryBindings, problemMessage } from "@bookend/core";
import { type Config, ConfigError, type HandlerSetting } from "@bookend/reference-config";
import { findHandlerPackage, type HandlerPackage, HandlerPackageError } from "./handler-package.js";

/** A handler that the configuration lists, with the package that it was loaded from. */
export interface ConfiguredHandler {
  readonly handler: Handler;
  readonly from: HandlerPackage;
}

/** A handler that can be created: the factory that its package exports, and its options from the configuration. */
interface Prepared {
  readonly field: string;
  readonly from: HandlerPackage;
  readonly factory: (options: unknown) => unknown;
  readonly options: unknown;
  /** Values that the options take from environment variables; messages must not show them. */
  readonly secrets: readonly string[];
}

/** Milliseconds within which a package must be imported, and within which its factory must create the handler. */
const loadTimeoutMs = 10_000;

/**
 * Imports the packages of the handlers in a configuration, without creating the handlers. Returns one line for each
 * problem.
 */
export async function inspectHandlers(
  config: Config,
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly string[]> {
  return (await prepareAll(config, env)).problems;
}

/**
 * Creates the handlers of a configuration, in the same order.
 *
 * @param taken Ids that are already used by other handlers.
 * @throws {ConfigError} if a handler cannot be loaded, or its id is already used
 */
export async function loadHandlers(
  config: Config,
  taken: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly ConfiguredHandler[]> {
  const { prepared, problems } = await prepareAll(config, env);
  if (problems.length > 0) throw new ConfigError(problems);
  const loaded: ConfiguredHandler[] = [];
  for (const one of prepared) {
    const handler = await makeHandler(one);
    if (taken.includes(handler.id) || loaded.some(({ handler: { id } }) => id === handler.id)) {
      throw new ConfigError(
        problemMessage(`the handler "${handler.id}" already exists`, "another handler", `${one.field}.package`),
      );
    }
    loaded.push({ handler, from: one.from });
  }
  return loaded;
}

async function prepareAll({ handlers, directory }: Config, env: NodeJS.ProcessEnv) {
  const prepared: Prepared[] = [];
  const problems: string[] = [];
  for (const [index, setting] of handlers.entries()) {
    try {
      prepared.push(await prepare(`handlers.${index}`, setting, directory, env));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  }
  return { prepared, problems };
}

async function prepare(
  field: string,
  setting: HandlerSetting,
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<Prepared> {
  const secrets: string[] = [];
  const options = withEnvironment(setting.options, `${field}.options`, env, secrets);
  const from = found(field, setting.package, directory);
  const shown = JSON.stringify(setting.package);
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await inTime(import(pathToFileURL(from.entry).href));
  } catch (error) {
    throw new ConfigError(
      problemMessage(`${shown} cannot be imported: ${messageOf(error, secrets)}`, "an ES module", `${field}.package`),
    );
  }
  const factory = exported[from.factory];
  if (typeof factory !== "function") {
    throw new ConfigError(
      problemMessage(
        `${shown} does not export the function "${from.factory}"`,
        Object.keys(exported).join(", "),
        `${field}.package`,
      ),
    );
  }
  return { field, from, factory: (given) => Reflect.apply(factory, undefined, [given]), options, secrets };
}

function found(field: string, nameOrPath: string, directory: string): HandlerPackage {
  try {
    return findHandlerPackage(nameOrPath, directory);
  } catch (error) {
    if (error instanceof HandlerPackageError) throw new ConfigError(`${field}.package: ${error.message}`);
    throw error;
  }
}

async function makeHandler({ field, factory, options, secrets }: Prepared): Promise<Handler> {
  let made: unknown;
  try {
    made = await inTime(factory(options));
  } catch (error) {
    const reason = messageOf(error, secrets);
    const wrong = `the handler refuses them: ${reason}`;
    // most factories name the allowed values in their error; then no hint is added
    if (/\bAllowed: /.test(reason)) throw new ConfigError(`${field}.options: ${wrong}`);
    throw new ConfigError(problemMessage(wrong, "see its README", `${field}.options`));
  }
  try {
    // throws if the factory returned something that is not a valid handler
    createBookend({ handlers: [made as Handler], bindings: memoryBindings() }).close();
  } catch (error) {
    if (!(error instanceof BookendError)) throw error;
    throw new ConfigError(`${field}.package: ${messageOf(error, secrets)}`);
  }
  return made as Handler;
}

/** Returns the options with each `{ env: NAME }` replaced by the value of that variable, which is added to `secrets`. */
function withEnvironment(value: unknown, field: string, env: NodeJS.ProcessEnv, secrets: string[]): unknown {
  if (Array.isArray(value)) {
    return value.map((inner, index) => withEnvironment(inner, `${field}.${index}`, env, secrets));
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === "env" && typeof first[1] === "string") {
    const found = env[first[1]];
    if (found === undefined || found === "") {
      throw new ConfigError(
        problemMessage(
          `the environment variable "${first[1]}" is not set`,
          "the name of a variable that is set",
          field,
        ),
      );
    }
    secrets.push(found);
    return found;
  }
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, withEnvironment(inner, `${field}.${name}`, env, secrets)]),
  );
}

/**
 * Returns the first line of the message of an error that a package threw, at most 500 characters, with `***` instead of
 * `secrets` and with a full stop at the end.
 */
function messageOf(error: unknown, secrets: readonly string[]): string {
  let whole = error instanceof Error ? error.message : "it threw a value that is not an Error";
  // before the message is cut, since a part of a secret would not be found
  for (const secret of secrets) whole = whole.replaceAll(secret, "***");
  const [line = ""] = whole.split("\n");
  const message = line.slice(0, 500);
  return message.endsWith(".") ? message : `${message}.`;
}

/** Resolves or rejects like the promise. Rejects if the promise does not settle within {@link loadTimeoutMs}. */
async function inTime<T>(promise: Promise<T> | T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not end within ${loadTimeoutMs} ms`)), loadTimeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
