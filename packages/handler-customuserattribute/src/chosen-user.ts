import type { ActionContext, UserRef } from "@bookend/core";
import type { SetOptions } from "./options.js";

/**
 * Returns the user that the option selects: the user of the call or the owner of its token, or the logged-in user. Null
 * if the user does not exist.
 */
export async function chosenUser({
  options,
  call: { actor },
  facts,
}: Pick<ActionContext<Pick<SetOptions, "user">>, "options" | "call" | "facts">): Promise<
  (UserRef & { readonly resolver: string }) | null
> {
  if (options.user === "logged_in_user") {
    if (!actor) return null;
    const { username: login, realm, resolver, uid } = actor;
    return named(await facts.directories.users?.find({ login, realm, resolver, uid }));
  }
  const user = await facts.user();
  return named(user?.exists ? user : null);
}

/** Strips everything but the reference. */
function named(user: (UserRef & { readonly resolver: string }) | null | undefined) {
  if (!user) return null;
  const { login, realm, resolver, uid } = user;
  return { login, realm, resolver, ...(uid !== undefined && { uid }) };
}
