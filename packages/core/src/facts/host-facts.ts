import { Facts, findOwn } from "./facts.js";

/**
 * Returns the class of facts for a host whose own directories have these names: `Facts` itself if there are none,
 * otherwise a subclass with a lookup for each.
 */
export function factsWith(names: readonly string[]): typeof Facts {
  if (names.length === 0) return Facts;
  class HostFacts extends Facts {}
  for (const name of names) {
    Object.defineProperty(HostFacts.prototype, name, {
      value(this: Facts) {
        return findOwn(this, name);
      },
    });
  }
  Object.freeze(HostFacts.prototype);
  return HostFacts;
}

/** Returns whether all facts have a member of this name, which a directory then cannot have. */
export function isFactMember(name: string): boolean {
  return name in Facts.prototype;
}
