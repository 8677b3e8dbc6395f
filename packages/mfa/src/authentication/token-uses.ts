import { groupCommit, jsonParameter, writeRows } from "@bookend/store-sql";
import type { DomainContext } from "../database/domain-context.js";
import { formatInstant } from "../values/instant.js";
import { useOnPostgres, useSeveralOnPostgres } from "./attempt-statements.js";

/** Maximum number of uses that are committed together. */
const usesTogether = 100;

/** Maximum milliseconds that a use waits for those of other calls, if there are fewer than a moment ago. */
const longestWaitMs = 3;

/** Milliseconds after which the next uses no longer wait for earlier ones, such as one whose token is locked. */
const patienceMs = 10;

/** A successful attempt of a token that is not deleted by it. */
export interface TokenUse {
  /** The ID of the token. */
  readonly id: number;
  /** The next counter to store, and the stored one with which the OTP was verified; null for a token without one. */
  readonly counter: number | null;
  readonly from: number | null;
  /** Tokeninfo fields to store. */
  readonly info: Readonly<Record<string, string>>;
}

/**
 * Returns the function that uses tokens on PostgreSQL: those of concurrent calls are one statement and one commit. It
 * resolves to false if the token may not be used, or if another attempt was faster.
 */
export function createTokenUses({
  clock,
  db,
  dialect,
}: Pick<DomainContext, "clock" | "db" | "dialect">): (use: TokenUse) => Promise<boolean> {
  const database = { db, dialect };
  const time = () => ({ now: clock().getTime(), lastAuth: formatInstant(clock()) });

  const useAlone = async ({ info, ...use }: TokenUse): Promise<boolean> => {
    const rows = await writeRows(database, useOnPostgres, { ...use, ...time(), info: jsonParameter(info) });
    return rows.length > 0;
  };

  /** Resolves to undefined for a use that must be attempted alone. */
  const useSeveral = async (uses: readonly TokenUse[]): Promise<readonly (true | undefined)[]> => {
    const perToken = groupUses(uses);
    const asked = perToken.map(({ use, members }) => ({ ...use, times: members.size }));
    const rows = await writeRows(database, useSeveralOnPostgres, { uses: jsonParameter(asked), ...time() });
    const used = new Set(rows.map(({ id }) => id));
    const ended = perToken.filter(({ use }) => used.has(use.id));
    return uses.map((use) => (ended.some(({ members }) => members.has(use)) ? true : undefined));
  };

  const useTogether = groupCommit<TokenUse, boolean | undefined>(
    async (uses) => {
      const [first] = uses;
      return uses.length === 1 && first !== undefined ? [await useAlone(first)] : useSeveral(uses);
    },
    { most: usesTogether, longestWaitMs, patienceMs },
  );

  return async (use) => (await useTogether(use)) ?? useAlone(use);
}

/** A use, and all uses that are written with it because they do the same. */
interface UsesOfToken {
  readonly use: TokenUse;
  readonly members: Set<TokenUse>;
}

/**
 * Returns at most one change of each token. Uses that do the same are one change; further uses of a token, of which only
 * one can succeed, are left out.
 */
function groupUses(uses: readonly TokenUse[]): readonly UsesOfToken[] {
  const byToken = new Map<number, UsesOfToken>();
  for (const use of uses) {
    const known = byToken.get(use.id);
    if (known === undefined) byToken.set(use.id, { use, members: new Set([use]) });
    else if (isRepeatable(known.use) && isRepeatable(use)) known.members.add(use);
  }
  return [...byToken.values()];
}

/** Returns whether a use only counts, so that several uses of the token can succeed. */
function isRepeatable({ counter, info }: TokenUse): boolean {
  return counter === null && Object.keys(info).length === 0;
}
