import type { Call } from "../contracts/call.js";
import type { Directories, RemovedObjects } from "../contracts/directories.js";
import { Facts } from "./facts.js";

/**
 * Returns the current user, tokens and container of a call, for `call.notes.before` of a call that will remove or
 * unassign them. Must be called before the call removes or unassigns anything.
 */
export async function objectsBefore(call: Call, directories: Directories): Promise<RemovedObjects> {
  const facts = new Facts({ ...call, response: undefined }, directories, () => new Date());
  const [user, tokens, container] = [await facts.user(), await facts.tokens(), await facts.container()];
  return { user: user?.exists ? user : undefined, tokens, container: container ?? undefined };
}
