import type { ActionContext, UserRef } from "@bookend/core";

/** Whom a container is assigned to: a logged-in user themselves, whomever they name; else the call's user. Null if they do not exist. */
export async function userOfCall({
  call: { actor },
  facts,
}: Pick<ActionContext<unknown>, "call" | "facts">): Promise<(UserRef & { readonly resolver: string }) | null> {
  const themselves =
    actor && actor.role !== "admin"
      ? { login: actor.username, realm: actor.realm, resolver: actor.resolver, uid: actor.uid }
      : undefined;
  const found = themselves ? await facts.directories.users?.find(themselves) : await existing(facts);
  if (!found) return null;
  const { login, realm, resolver, uid } = found;
  return { login, realm, resolver, ...(uid !== undefined && { uid }) };
}

async function existing(facts: ActionContext<unknown>["facts"]) {
  const user = await facts.user();
  return user?.exists ? user : null;
}
