import type { NewBinding } from "../contracts/binding.js";

/**
 * Returns whether a stored binding equals the wanted one. The order of names in options and conditions does not matter.
 */
export function sameBinding(stored: NewBinding, wanted: NewBinding): boolean {
  return (
    stored.name === wanted.name &&
    stored.active === wanted.active &&
    stored.position === wanted.position &&
    stored.ordering === wanted.ordering &&
    stored.handler === wanted.handler &&
    stored.action === wanted.action &&
    stored.abortOnError === wanted.abortOnError &&
    stored.delivery === wanted.delivery &&
    sameJson(stored.events, wanted.events) &&
    sameJson(stored.options, wanted.options) &&
    sameJson(stored.conditions, wanted.conditions)
  );
}

/**
 * Returns whether two values are equal as JSON, in which undefined properties do not exist. The caller must have
 * checked their depth.
 */
function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((value, index) => sameJson(value, other[index]));
  }
  const entries = definedEntries(one);
  const others = new Map(definedEntries(other));
  return (
    entries.length === others.size &&
    entries.every(([name, value]) => others.has(name) && sameJson(value, others.get(name)))
  );
}

function definedEntries(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, inner]) => inner !== undefined);
}
