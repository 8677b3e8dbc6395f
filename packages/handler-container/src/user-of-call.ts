import type { ActionContext, UserRef } from "@bookend/core";

/**
 * Returns the user to whom a container is assigned: the logged-in user, even if the call names someone else, or the
 * user of the call if no user is logged in. Null if the user does not exist.
 */
export async function userOfCall({
  call: { actor },
  facts,
}: Pick<ActionContext<unknown>, "call" | "facts">): Promise<(UserRef & { readonly resolver: string }) | null> {
  const loggedIn =
    actor && actor.role !== "admin"
      ? { login: actor.username, realm: actor.realm, resolver: actor.resolver, uid: actor.uid }
      : undefined;
  const found = loggedIn ? await facts.directories.users?.find(loggedIn) : await existing(facts);
  if (!found) return null;
  const { login, realm, resolver, uid } = found;
  return { login, realm, resolver, ...(uid !== undefined && { uid }) };
}

async function existing(facts: ActionContext<unknown>["facts"]) {
  const user = await facts.user();
  return user?.exists ? user : null;
}
