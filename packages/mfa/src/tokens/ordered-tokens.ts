import type { DomainContext } from "../database/domain-context.js";
import type { TokenQuery } from "./stored-token.js";
import type { Guided } from "./token-guides.js";
import { type OrderedPart, sorted } from "./token-order.js";
import { anyToken } from "./token-query.js";

/**
 * Maximum number of tokens among which a part of a list is sought. Comparing them takes a statement less than 50 ms.
 */
export const walkedTokens = 20_000;

/** A limit that is larger than any number of tokens. */
export const allTokens = 1_000_000_000;

/** Selects the tokens of a part of an index, in the order of a list. */
export function inOrder(
  { reader, dialect }: Pick<DomainContext, "reader" | "dialect">,
  guided: Guided,
  { where, keys }: OrderedPart,
  { isFirst, descending }: { readonly isFirst: boolean; readonly descending: boolean },
): TokenQuery {
  const conditions = [guided.where(isFirst), where].filter((each) => each !== undefined);
  const tokens = conditions.reduce((query, each) => query.where(each), anyToken(reader));
  return sorted(tokens, keys, { dialect, descending });
}

/** Returns the part of an index that contains the whole list. */
export const wholeList = ({ before, order }: Guided): OrderedPart => ({
  where: undefined,
  keys: [...before, ...order.keys],
});
