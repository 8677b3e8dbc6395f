import type { Directories } from "@bookend/core";

/** Directories that record their queries. */
export interface Watched {
  readonly directories: Directories;
  /** `tokens.find("S1")`, in the order of the queries. */
  readonly lookups: readonly string[];
}

/** Records every lookup; with `answer: "later"`, each returns a promise, like a database. */
export function watched(directories: Directories, { answer = "now" }: { answer?: "now" | "later" } = {}): Watched {
  const lookups: string[] = [];
  const watch = (directory: string, target: object) =>
    new Proxy(target, {
      get(object, method) {
        const look: unknown = Reflect.get(object, method);
        if (typeof look !== "function") return look;
        return (...args: unknown[]) => {
          lookups.push(`${directory}.${String(method)}(${args.map(named).join(", ")})`);
          const found: unknown = look.apply(object, args);
          return answer === "later" ? Promise.resolve(found) : found;
        };
      },
    });
  const watching = Object.entries(directories).map(([name, directory]) => [name, watch(name, directory as object)]);
  return { directories: Object.fromEntries(watching) as Directories, lookups };
}

function named(argument: unknown): string {
  if (typeof argument !== "object" || argument === null) return JSON.stringify(argument);
  if ("login" in argument) return String(argument.login);
  return "request" in argument ? "the call" : JSON.stringify(argument);
}
