import type { Problem } from "../contracts/errors.js";
import { nearest } from "./nearest.js";
import { problemMessage } from "./problem-message.js";
import { showValue } from "./show-value.js";

/** The problem for a name that does not exist, with the existing names and the one that was probably meant. */
export function unknownName(
  code: Problem["code"],
  field: string,
  what: string,
  name: string,
  candidates: Iterable<string>,
  severity: Problem["severity"] = "error",
): Problem {
  const { names, allowed } = listOf(candidates);
  const meant = nearest(name, names);
  return {
    severity,
    code,
    field,
    value: name,
    message: problemMessage(
      `${what} ${showValue(name)} does not exist.${meant === undefined ? "" : ` Did you mean ${showValue(meant)}?`}`,
      allowed,
      field,
    ),
    allowed,
  };
}

/** Names, and the string that lists them. */
interface NameList {
  readonly names: readonly string[];
  readonly allowed: string;
}

/** Lists for the sets seen so far: the problems of thousands of bindings name the same events, and share one string. */
const listsOfSets = new WeakMap<object, NameList>();

function listOf(candidates: Iterable<string>): NameList {
  const known = candidates instanceof Set ? listsOfSets.get(candidates) : undefined;
  // sets of names only grow
  if (known && known.names.length === (candidates as ReadonlySet<string>).size) return known;
  const names = [...candidates];
  const list: NameList = { names, allowed: names.join(", ") || "none" };
  if (candidates instanceof Set) listsOfSets.set(candidates, list);
  return list;
}
