import { stringify } from "csv-stringify/sync";
import type { ApiCall } from "../access/api-call.js";
import type { ContainerService } from "../containers/types.js";
import { invalidValue } from "../errors/invalid-value.js";
import type { TokenGroupService } from "../tokens/token-groups.js";
import type { TokenFilter, TokenRecord, TokenService, TokenSort } from "../tokens/types.js";
import { eachInTurn } from "../values/turns.js";
import { listedFor, longListParameters, pageParameters, userParameters, wantedPage } from "./list-parameters.js";

/** Columns by their names in the API. */
const sortColumns: Readonly<Record<string, TokenSort>> = {
  serial: "serial",
  tokentype: "type",
  description: "description",
  active: "active",
  failcount: "failCount",
  rollout_state: "rolloutState",
  username: "username",
  realm: "realm",
};

const filterParameters = [
  ...userParameters,
  "tokenrealm",
  "userid",
  "type",
  "assigned",
  "active",
  "description",
  "rollout_state",
  "container_serial",
  "tokengroup",
  "infokey",
  "infovalue",
] as const;

/** Parameters of `GET /token/`. */
export const tokenListParameters = [
  "serial",
  ...filterParameters,
  ...pageParameters,
  ...longListParameters,
  "outform",
] as const;

/** Parameters of `GET /token/getserial/<otp>`. */
export const getSerialParameters = ["otp", "string", ...filterParameters, "unassigned", "count"] as const;

/** Other names that clients may use for these parameters. */
export const tokenListAliases = { type: ["tokentype", "type_list"] } as const;

/**
 * Returns the filter for a call that lists tokens. Users can only list their own.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function tokenFilterOf(call: ApiCall): TokenFilter {
  const { parameters } = call;
  return {
    ...listedFor(call, "tokenrealm"),
    serial: parameters.text("serial"),
    type: parameters.text("type"),
    userId: parameters.text("userid"),
    resolver: parameters.text("resolver"),
    assigned: parameters.flag("assigned"),
    active: parameters.flag("active"),
    description: parameters.text("description"),
    rolloutState: parameters.text("rollout_state"),
    containerSerial: parameters.text("container_serial"),
    group: parameters.text("tokengroup"),
    infoKey: parameters.text("infokey"),
    infoValue: parameters.text("infovalue"),
  };
}

/**
 * Returns the result of `GET /token/`: `value` with a page of tokens or, with `outform=csv`, the page as CSV in `csv`.
 * If there is a next page, `cursor` leads to it. Counting stops at 10,000, as indicated by `count_more`, unless
 * `count=true` requests the exact number.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export async function tokenPage(
  {
    tokens,
    containers,
    tokenGroups,
  }: { tokens: TokenService; containers: ContainerService; tokenGroups: TokenGroupService },
  call: ApiCall,
) {
  const { parameters } = call;
  const format = parameters.text("outform") ?? "";
  if (!["", "json", "csv"].includes(format)) throw invalidValue("outform", format, "json, csv");
  const page = await tokens.page(tokenFilterOf(call), {
    ...wantedPage(parameters, sortColumns),
    cursor: parameters.text("cursor"),
    countAll: parameters.flag("count"),
  });
  const { count, countMore, cursor, current, previous: prev, next } = page;
  const serials = page.tokens.map(({ serial }) => serial);
  const [inContainers, inGroups] = [await containers.serialsOf(serials), await tokenGroups.ofTokens(serials)];
  const described: (ReturnType<typeof describeToken> & { container_serial: string; tokengroup: readonly string[] })[] =
    [];
  await eachInTurn(page.tokens, (token) => {
    const places = {
      container_serial: inContainers.get(token.serial) ?? "",
      tokengroup: inGroups.get(token.serial) ?? [],
    };
    described.push(Object.assign(describeToken(token), places));
  });
  return format === "csv"
    ? { csv: asCsv(described) }
    : {
        value: {
          count,
          ...(countMore && { count_more: true }),
          current,
          prev,
          next,
          ...(cursor !== undefined && { cursor }),
          tokens: described,
        },
      };
}

const csvColumns = [
  "serial",
  "tokentype",
  "description",
  "active",
  "revoked",
  "locked",
  "failcount",
  "maxfail",
  "rollout_state",
  "username",
  "user_id",
  "user_realm",
  "resolver",
  "realms",
  "container_serial",
  "tokengroup",
  "otplen",
  "count",
  "count_window",
  "sync_window",
  "info",
] as const;

/**
 * Formats rows as CSV according to RFC 4180, with a header. Values that a spreadsheet would interpret as a formula are
 * prefixed with `'`.
 */
function asCsv(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const cells = rows.map((row) => csvColumns.map((column) => asCell(row[column])));
  return stringify([[...csvColumns], ...cells], { escape_formulas: true, record_delimiter: "windows" });
}

function asCell(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Returns a token in the format that clients expect. */
export function describeToken(token: TokenRecord) {
  return {
    id: token.id,
    serial: token.serial,
    tokentype: token.type,
    description: token.description,
    active: token.active,
    revoked: token.revoked,
    locked: token.locked,
    count: token.otpCounter,
    count_window: token.countWindow,
    sync_window: token.syncWindow,
    otplen: token.otpLength,
    failcount: token.failCount,
    maxfail: token.maxFailCount,
    rollout_state: token.rolloutState,
    info: token.info,
    realms: token.realms,
    username: token.owner?.login ?? "",
    user_id: token.owner?.uid ?? "",
    user_realm: token.owner?.realm ?? "",
    resolver: token.owner?.resolver ?? "",
  };
}
