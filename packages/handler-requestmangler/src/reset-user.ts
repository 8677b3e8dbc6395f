import type { Call, UserDirectory } from "@bookend/core";

/** The parameters that identify the user of a call. */
const naming = new Set(["user", "username", "realm"]);

/** Resolves the call's user again, as the host's routes do, if the changed parameter identifies the user. */
export async function resetUser(changed: string, call: Call, users: UserDirectory | undefined): Promise<void> {
  if (!naming.has(changed) || !users?.fromParameters) return;
  call.request.user = await users.fromParameters(call.request.parameters);
}
