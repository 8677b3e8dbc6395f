import { type Kysely, type SqlBool, sql } from "kysely";
import { countRows } from "../database/count-rows.js";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { checked, idsOf } from "./narrowed-tokens.js";
import type { TokenQuery } from "./stored-token.js";
import type { Candidates } from "./token-candidates.js";
import { guidedBy } from "./token-guides.js";
import type { Narrowing } from "./token-narrowings.js";
import { sorted } from "./token-order.js";
import { anyToken, countedRows } from "./token-query.js";
import type { ListPart } from "./token-walk.js";

type Reading = Pick<DomainContext, "reader" | "dialect">;

/** The tokens of a list, taken from at most 10,000 candidates that an index finds for one of the conditions. */
export interface FewTokens {
  readonly tokens: TokenQuery;
  /** The number of candidates. */
  readonly found: number;
  /** Whether `found` is also the number of tokens: each candidate fulfills all conditions, and none occurs twice. */
  readonly exact: boolean;
}

/** If a condition finds at most this many tokens, no other condition needs to be counted. */
const veryFew = 100;

/**
 * Selects the tokens of a list with the index that finds the fewest candidates. Undefined if each index finds more than
 * 10,000.
 */
export async function fewTokens(
  { reader, dialect }: Reading,
  narrowings: readonly Narrowing[],
): Promise<FewTokens | undefined> {
  const lead = await leadOf(reader, narrowings);
  if (lead === undefined) return undefined;
  const { ids, exact, unique } = lead.candidates;
  // PostgreSQL expects an array to have few values, and looks up the token of each
  const isAmong =
    dialect === "sqlite" ? sql<SqlBool>`token.id in (${ids})` : sql<SqlBool>`token.id = any(array(${ids}))`;
  const checks = narrowings.filter((each) => each !== lead.narrowing || !exact);
  return {
    tokens: checked(anyToken(reader).where(isAmong), checks),
    found: lead.found,
    exact: checks.length === 0 && unique,
  };
}

/** Finds the tokens of a part of a list by sorting all of them. */
export function sortFew(
  { dialect }: Reading,
  few: TokenQuery,
  narrowings: readonly Narrowing[],
  { sortBy, descending, place, offset, most }: ListPart,
): Promise<readonly number[]> {
  // the order of the index in which more tokens would be read: their number can change between two pages
  const { keys, behind } = guidedBy(narrowings, sortBy, dialect, false).order;
  const behindIt = place === undefined ? [] : behind(place).flatMap(({ where }) => where ?? []);
  const rest = behindIt.length === 0 ? few : few.where((token) => token.or(behindIt));
  return idsOf(sorted(rest, keys, { dialect, descending }).limit(most).offset(offset));
}

interface Lead {
  readonly narrowing: Narrowing;
  readonly candidates: Candidates;
  readonly found: number;
}

async function leadOf(db: Kysely<DomainSchema>, narrowings: readonly Narrowing[]): Promise<Lead | undefined> {
  let lead: Lead | undefined;
  for (const narrowing of narrowings) {
    for (const candidates of narrowing.candidates) {
      const fewest = lead?.found ?? countedRows + 1;
      if (fewest <= veryFew) return lead;
      const found = await countRows(db, candidates.ids, fewest);
      if (found < fewest) lead = { narrowing, candidates, found };
    }
  }
  return lead;
}
