import type { Call } from "../contracts/call.js";
import type { Directories, RemovedObjects } from "../contracts/directories.js";
import { Facts } from "./facts.js";

/**
 * The user, the tokens and the container that a call is about, as they are now: for `call.notes.before` of a call that is going
 * to remove them or to take them apart. Ask for it before it does.
 */
export async function objectsBefore(call: Call, directories: Directories): Promise<RemovedObjects> {
  const facts = new Facts({ ...call, response: undefined }, directories, () => new Date());
  const [user, tokens, container] = [await facts.user(), await facts.tokens(), await facts.container()];
  return { user: user?.exists ? user : undefined, tokens, container: container ?? undefined };
}
