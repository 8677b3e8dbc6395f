import type { Call, UserDirectory } from "@bookend/core";

/** Parameters by which a call names its user. */
const naming = new Set(["user", "username", "realm"]);

/** Finds the call's user anew, as the host's routes would, if the changed parameter is one that names him. */
export async function resetUser(changed: string, call: Call, users: UserDirectory | undefined): Promise<void> {
  if (!naming.has(changed) || !users?.fromParameters) return;
  call.request.user = await users.fromParameters(call.request.parameters);
}
