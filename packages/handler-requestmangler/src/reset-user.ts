import type { Call, UserDirectory } from "@bookend/core";

/** Parameters by which a call names its user. */
const naming = new Set(["user", "username", "realm"]);

/** Resolves the call's user again, as the host's routes do, if the changed parameter is one of those that name the user. */
export async function resetUser(changed: string, call: Call, users: UserDirectory | undefined): Promise<void> {
  if (!naming.has(changed) || !users?.fromParameters) return;
  call.request.user = await users.fromParameters(call.request.parameters);
}
