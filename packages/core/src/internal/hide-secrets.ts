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
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [hideIn(name), hide(entry, depth + 1)]));
  };
  return <T>(value: T) => hide(value, 0) as T;
}
