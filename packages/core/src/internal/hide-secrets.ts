import { secretMark } from "./mask-url.js";

/** Maximum depth to which values are searched; deeper parts become `***`. */
const maxDepth = 16;

/** Minimum length of a secret that is hidden: shorter strings could occur in any message. */
const leastSecretLength = 4;

/** Returns a function that replaces secrets with `***`, in a string and in the strings of plain objects and lists. */
export function secretHider(secrets: Iterable<string>): <T>(value: T) => T {
  const spellings = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < leastSecretLength) continue;
    for (const spelling of [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret.replace(/\p{Surrogate}/gu, "\ufffd")),
    ]) {
      spellings.add(spelling);
    }
  }
  if (spellings.size === 0) return (value) => value;
  // longest first: replacing a secret that is part of another one would leave the rest of the longer one readable
  const ordered = [...spellings].sort((a, b) => b.length - a.length);
  const shortest = ordered.at(-1)?.length ?? 0;
  // most strings, such as names, are shorter than any secret
  const hideIn = (text: string) =>
    text.length < shortest ? text : ordered.reduce((shown, secret) => shown.replaceAll(secret, secretMark), text);
  const hide = (value: unknown, depth: number): unknown => {
    if (typeof value === "string") return hideIn(value);
    if (typeof value !== "object" || value === null) return value;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (Array.isArray(value)) return depth === maxDepth ? secretMark : value.map((entry) => hide(entry, depth + 1));
    if (prototype !== Object.prototype && prototype !== null) return value;
    if (depth === maxDepth) return secretMark;
    return hideInFields(value as Readonly<Record<string, unknown>>, depth);
  };
  /** Returns the same object if it contains no secret, as nearly all objects do not. */
  const hideInFields = (fields: Readonly<Record<string, unknown>>, depth: number): unknown => {
    const names = Object.keys(fields);
    let shown: [string, unknown][] | undefined;
    for (const [index, name] of names.entries()) {
      const entry = fields[name];
      const shownName = hideIn(name);
      const shownEntry = hide(entry, depth + 1);
      if (shown === undefined && (shownName !== name || shownEntry !== entry)) {
        shown = names.slice(0, index).map((before) => [before, fields[before]]);
      }
      shown?.push([shownName, shownEntry]);
    }
    return shown === undefined ? fields : Object.fromEntries(shown);
  };
  return <T>(value: T) => hide(value, 0) as T;
}
