import type { ActionContext, UserRef } from "@bookend/core";
import type { SetOptions } from "./options.js";

/** The user whom the option names: the call's user or the owner of its token, or who is logged in. Null if he does not exist. */
export async function chosenUser({
  options,
  call: { actor },
  facts,
}: Pick<ActionContext<Pick<SetOptions, "user">>, "options" | "call" | "facts">): Promise<
  (UserRef & { readonly resolver: string }) | null
> {
  if (options.user === "logged_in_user") {
    if (!actor) return null;
    return named(await facts.directories.users?.find({ login: actor.username, realm: actor.realm }));
  }
  const user = await facts.user();
  return named(user?.exists ? user : null);
}

/** Without what is known of him. */
function named(user: (UserRef & { readonly resolver: string }) | null | undefined) {
  return user ? { login: user.login, realm: user.realm, resolver: user.resolver } : null;
}
