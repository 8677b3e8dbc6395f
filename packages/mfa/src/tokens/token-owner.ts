import type { UserRecord } from "../users/types.js";

/** Returns the columns of a token's owner. */
export const ownerColumns = ({ uid, login, resolver, realm }: UserRecord) => ({
  owner_id: uid,
  owner_login: login,
  owner_resolver: resolver,
  owner_realm: realm,
});

/** Returns whether a token is assigned to this user. The realm is ignored, since it is only how the user was found. */
export const isOwner = (
  row: { readonly owner_id: string | null; readonly owner_resolver: string | null },
  user: UserRecord,
): boolean => row.owner_id === user.uid && row.owner_resolver === user.resolver;
