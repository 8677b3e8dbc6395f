import type { Problem } from "../contracts/errors.js";
import { nearest } from "./nearest.js";
import { problemMessage } from "./problem-message.js";
import { showValue } from "./show-value.js";

/**
 * Returns the problem for a name that does not exist, with the existing names and the one that was probably meant.
 *
 * @param what The kind of name; undefined for a name that may exist later.
 */
export function unknownName(
  code: Problem["code"],
  field: string,
  what: string | undefined,
  name: string,
  candidates: Iterable<string>,
  severity: Problem["severity"] = "error",
): Problem {
  const { names, allowed } = listOf(candidates);
  const meant = nearest(name, names);
  const shown = showValue(name);
  const wrong = what === undefined ? `there is currently no ${shown}.` : `${what} ${shown} does not exist.`;
  return {
    severity,
    code,
    field,
    value: name,
    message: problemMessage(meant === undefined ? wrong : `${wrong} Did you mean ${showValue(meant)}?`, allowed, field),
    allowed,
  };
}

/** Names, and the string that lists them. */
interface NameList {
  readonly names: readonly string[];
  readonly allowed: string;
}

/**
 * Lists for the sets seen so far, so that the problems of thousands of bindings that name the same events share one
 * string.
 */
const listsOfSets = new WeakMap<object, NameList>();

function listOf(candidates: Iterable<string>): NameList {
  const known = candidates instanceof Set ? listsOfSets.get(candidates) : undefined;
  // names are only added to a set, so a set of the same size is unchanged
  if (known && known.names.length === (candidates as ReadonlySet<string>).size) return known;
  const names = [...candidates];
  const list: NameList = { names, allowed: names.join(", ") || "none" };
  if (candidates instanceof Set) listsOfSets.set(candidates, list);
  return list;
}
