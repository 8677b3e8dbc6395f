import type { DomainContext } from "../database/domain-context.js";
import type { FewTokens } from "./few-tokens.js";
import { countFound, narrowedBy } from "./narrowed-tokens.js";
import type { Narrowing } from "./token-narrowings.js";
import { anyToken, countedRows } from "./token-query.js";
import { countAtBeginning, type ListPart } from "./token-walk.js";
import type { TokenPage } from "./types.js";

/**
 * Counts the tokens of a list, up to 10,000.
 *
 * @param extent `all` to count all of them, or a part of a list if counting may end after the first 20,000 of its
 * tokens.
 */
export async function countTokens(
  reading: Pick<DomainContext, "reader" | "dialect">,
  narrowings: readonly Narrowing[],
  few: FewTokens | undefined,
  extent: "all" | ListPart | undefined,
): Promise<Pick<TokenPage, "count" | "countMore">> {
  const { reader, dialect } = reading;
  if (few) {
    const count = few.exact ? few.found : await countFound(reader, few.tokens, undefined);
    return { count, countMore: false };
  }
  const [only, ...others] = narrowings;
  if (extent !== "all") {
    const isCounted = others.length === 0 && only?.candidates.some(({ exact, unique }) => exact && unique);
    if (isCounted) return upTo(countedRows + 1);
    if (extent !== undefined && only !== undefined) {
      const { count, isWhole } = await countAtBeginning(reading, narrowings, extent);
      return isWhole ? upTo(count) : { count: Math.min(count, countedRows), countMore: true };
    }
  }
  const found = narrowings.find(({ candidates }) => candidates.length > 0);
  const narrowed = narrowedBy(anyToken(reader), narrowings, (each) =>
    dialect === "postgres" || each === found ? "find" : "check",
  );
  if (extent === "all") return { count: await countFound(reader, narrowed, undefined), countMore: false };
  return upTo(await countFound(reader, narrowed, countedRows + 1));
}

const upTo = (count: number) => ({ count: Math.min(count, countedRows), countMore: count > countedRows });
