import type { ActionContext, UserRef } from "@bookend/core";

/** Whom a container is assigned to: a logged-in user himself, whomever he names; else the call's user. Null if he does not exist. */
export async function userOfCall({
  call: { actor },
  facts,
}: Pick<ActionContext<unknown>, "call" | "facts">): Promise<(UserRef & { readonly resolver: string }) | null> {
  const himself = actor && actor.role !== "admin" ? { login: actor.username, realm: actor.realm } : undefined;
  const found = himself ? await facts.directories.users?.find(himself) : await existing(facts);
  return found ? { login: found.login, realm: found.realm, resolver: found.resolver } : null;
}

async function existing(facts: ActionContext<unknown>["facts"]) {
  const user = await facts.user();
  return user?.exists ? user : null;
}
