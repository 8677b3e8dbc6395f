import { infoNumber } from "../tokens/info-numbers.js";
import { isLocked, type StoredToken } from "../tokens/stored-token.js";
import { parseInstant } from "../values/instant.js";

/** Returns the reason why a token cannot be used now; undefined if it can. */
export function refusalOf({ row, info }: StoredToken, now: Date): string | undefined {
  if (row.revoked === 1) return "Token is revoked";
  if (row.active === 0) return "Token is disabled";
  if (row.rollout_state !== "" && row.rollout_state !== "enrolled") return "Token is not yet enrolled";
  if (isLocked(row)) return "Failcounter exceeded";
  if (!isValid(info, now)) return "Outside validity period";
  if (isUsedUp(info, "count_auth") || isUsedUp(info, "count_auth_success")) return "Authentication counter exceeded";
  return undefined;
}

/**
 * Returns whether a token is within its validity period. A token whose start or end of validity cannot be read cannot
 * be used.
 */
function isValid(info: StoredToken["info"], now: Date): boolean {
  const start = info.validity_period_start;
  const end = info.validity_period_end;
  if (start && !((parseInstant(start)?.getTime() ?? Number.POSITIVE_INFINITY) <= now.getTime())) return false;
  return !end || (parseInstant(end)?.getTime() ?? Number.NEGATIVE_INFINITY) >= now.getTime();
}

/**
 * Returns whether the number of authentications has reached `<counter>_max`. If that is 0 or absent, there is no limit.
 */
function isUsedUp(info: StoredToken["info"], counter: "count_auth" | "count_auth_success"): boolean {
  const limit = infoNumber(info, `${counter}_max`) ?? 0;
  return limit > 0 && (infoNumber(info, counter) ?? 0) >= limit;
}
