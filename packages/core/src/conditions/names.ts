/** Returns the names, or undefined if there are none: the condition is then unknown. */
export function listed(names: readonly string[] | undefined): readonly string[] | undefined {
  return names && names.length > 0 ? names : undefined;
}

/** Returns whether at least one of the names is in `wanted`. */
export function includesAny(wanted: ReadonlySet<string>, names: readonly string[]): boolean {
  for (let i = 0; i < names.length; i++) {
    if (wanted.has(names[i] as string)) return true;
  }
  return false;
}

/** Returns whether the names include every name in `wanted`. */
export function includesAll(wanted: ReadonlySet<string>, names: readonly string[]): boolean {
  for (const name of wanted) {
    if (!names.includes(name)) return false;
  }
  return true;
}
