import type { MaybePromise } from "@bookend/core";

/** Objects that bindings refer to by name and that can be added and removed: SMTP servers, gateways. */
export interface Named<T> {
  names(): MaybePromise<readonly string[]>;
  find(name: string): MaybePromise<T | undefined>;
}

/** Creates a `Named` lookup from a fixed record of objects. */
export function toNamed<T extends object>(things: Named<T> | Readonly<Record<string, T>>): Named<T> {
  if (isNamed(things)) return things;
  const byName = new Map(Object.entries(things));
  return { names: () => [...byName.keys()], find: (name) => byName.get(name) };
}

function isNamed<T extends object>(things: Named<T> | Readonly<Record<string, T>>): things is Named<T> {
  return typeof things.names === "function" && typeof things.find === "function";
}
