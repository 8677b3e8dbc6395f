import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";

const defaultTimeoutMs = 30_000;
const heapMegabytes = 512;

/**
 * The program of the thread that parses. Only integers of up to 15 digits become numbers. All other numbers stay
 * strings, because of strings such as `1e5`: PyYAML, which wrote the export, does not quote them, since they are not
 * numbers in YAML 1.1.
 */
const program = `
const { parentPort, workerData } = require("node:worker_threads");
const yaml = require(workerData.library);
const integer = yaml.defineScalarTag("tag:yaml.org,2002:int", {
  ...yaml.intJsonTag,
  resolve: (source) =>
    /^-?(?:0|[1-9][0-9]{0,14})$/.test(source) ? Number(source) : yaml.NOT_RESOLVED,
});
const schema = yaml.FAILSAFE_SCHEMA.withTags(yaml.nullCoreTag, yaml.boolCoreTag, integer);
/**
 * Returns whether there are more values than allowed. A value with several references counts once, since it is also
 * copied only once when it is sent to the main thread.
 */
const tooMany = (root) => {
  const open = [root];
  const seen = new Set();
  let count = 0;
  while (open.length > 0 && count <= workerData.maxValues) {
    const value = open.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    const parts = Object.values(value);
    count += parts.length;
    for (const part of parts) open.push(part);
  }
  return count > workerData.maxValues;
};
try {
  const value = yaml.load(workerData.source, { schema });
  parentPort.postMessage(tooMany(value) ? { tooMany: true } : { value });
} catch ({ reason, mark }) {
  parentPort.postMessage({ reason: typeof reason === "string" ? reason : "it cannot be read", mark: mark && { line: mark.line, column: mark.column } });
}
`;

/** Messages from the thread. */
type Message =
  | { readonly value: unknown }
  | { readonly tooMany: true }
  | { readonly reason: string; readonly mark?: { readonly line: number; readonly column: number } };

/**
 * Parses one YAML document in a thread, since a large document takes seconds, which would block all other requests.
 *
 * @throws {SyntaxError} with line and column if they are known, or if parsing takes too long or too much memory
 * @throws {RangeError} for more than `maxValues` values, at any depth
 */
export function parseYaml(
  source: string,
  { maxValues, timeoutMs = defaultTimeoutMs }: { readonly maxValues: number; readonly timeoutMs?: number },
): Promise<unknown> {
  const require = createRequire(import.meta.url);
  const library = require.resolve("js-yaml");
  const worker = new Worker(program, {
    eval: true,
    workerData: { library, source, maxValues },
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  return new Promise<unknown>((resolve, reject) => {
    const timer = setTimeout(() => reject(new SyntaxError(`parsing it takes longer than ${timeoutMs} ms`)), timeoutMs);
    worker.once("message", (message: Message) => {
      if ("value" in message) resolve(message.value);
      else if ("tooMany" in message) reject(new RangeError("too many values"));
      else reject(errorOf(message));
    });
    // the thread ran out of memory
    worker.once("error", () => reject(new SyntaxError("it cannot be read")));
    worker.once("exit", () => {
      clearTimeout(timer);
      reject(new SyntaxError("it cannot be read"));
    });
  }).finally(() => worker.terminate());
}

function errorOf({ reason, mark }: Extract<Message, { readonly reason: string }>): SyntaxError {
  return new SyntaxError(mark ? `at line ${mark.line + 1}, column ${mark.column + 1}: ${reason}` : reason);
}
