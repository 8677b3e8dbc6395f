import { AsyncLocalStorage } from "node:async_hooks";
import { type Context, context } from "@opentelemetry/api";

/**
 * Returns the storage in which the registered context manager keeps the active context; undefined if there is no
 * manager, or if it keeps the context elsewhere. The storage is private, but only a diagnostics channel that is bound
 * to it can make a span active for the work within the channel's operation. Source:
 * https://github.com/open-telemetry/opentelemetry-js/issues/6088
 */
export function contextStorage(): AsyncLocalStorage<Context> | undefined {
  const manager = property(call(context, "_getContextManager"), "_asyncLocalStorage");
  return manager instanceof AsyncLocalStorage ? manager : undefined;
}

function property(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}

function call(of: object, name: string): unknown {
  const found = property(of, name);
  return typeof found === "function" ? Reflect.apply(found, of, []) : undefined;
}
