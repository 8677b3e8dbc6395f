import type { UserRef } from "@bookend/core";
import type { ApiCall } from "../access/api-call.js";
import { invalidValue } from "../errors/invalid-value.js";
import { limits } from "../values/limits.js";
import type { ParameterReader } from "../values/parameter-reader.js";

/** Parameters that select the page and the order of a list. */
export const pageParameters = ["page", "pagesize", "sortby", "sortdir"] as const;

/** Parameters that name a user. */
export const userParameters = ["user", "username", "realm", "resolver"] as const;

/** Additional parameters of lists that can be long. */
export const longListParameters = ["cursor", "count"] as const;

/** The requested page. */
export interface WantedPage<Sort> {
  readonly page: number | undefined;
  readonly pageSize: number | undefined;
  readonly sortBy: Sort | undefined;
  readonly descending: boolean;
}

/**
 * Returns the page that a call requests. `columns` contains the columns by their names in the API. A `pagesize` of zero
 * requests only the count.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function wantedPage<Sort>(
  parameters: ParameterReader,
  columns: Readonly<Record<string, Sort>>,
): WantedPage<Sort> {
  const column = parameters.text("sortby") ?? "";
  const direction = (parameters.text("sortdir") ?? "").toLowerCase();
  if (column !== "" && !Object.hasOwn(columns, column)) {
    throw invalidValue("sortby", column, Object.keys(columns).join(", "));
  }
  if (!["", "asc", "desc"].includes(direction)) throw invalidValue("sortdir", direction, "asc, desc");
  return {
    page: parameters.integer("page", 1, limits.pages),
    pageSize: parameters.integer("pagesize", 0, limits.pages),
    sortBy: column === "" ? undefined : columns[column],
    descending: direction === "desc",
  };
}

/**
 * Returns the owner and the realm of the objects in a list. The owner is the logged-in user, or the user in the
 * parameters. A user who cannot be determined because there is no default realm has no objects. A realm without a user
 * restricts the realms of the objects, like `alias`.
 *
 * @param alias Name of the other parameter for a realm of the objects, such as `tokenrealm`.
 * @throws {MfaError} PARAMETER_INVALID if `realm` and `alias` name different realms
 */
export function listedFor(
  { parameters, user }: ApiCall,
  alias: string,
): { readonly user: UserRef | undefined; readonly realm: string | undefined } {
  const login = parameters.text("user") || parameters.text("username");
  const named = parameters.text(alias);
  if (login) return { user: user ?? { login, realm: "" }, realm: named };
  const realm = parameters.text("realm") || undefined;
  if (realm !== undefined && named !== undefined && realm !== named) {
    throw invalidValue("realm", realm, `either realm or ${alias}, which both narrow the list by realm`);
  }
  return { user, realm: named ?? realm };
}
