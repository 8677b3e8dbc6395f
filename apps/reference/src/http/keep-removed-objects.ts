import { type Call, type Directories, objectsBefore } from "@bookend/core";

/**
 * Keeps what a call is about before its route removes it, so that post bindings still see it.
 * A container that is named alone also implies its owner, if it has exactly one: nobody else could be the recipient of a message.
 */
export async function keepRemovedObjects(call: Call, directories: Directories): Promise<void> {
  const before = await objectsBefore(call, directories);
  const { user, tokens = [], container } = before;
  const owner = container?.owners.length === 1 && tokens.length === 0 ? container.owners[0] : undefined;
  const ownerOfContainer = !user && owner ? await directories.users?.find(owner) : undefined;
  call.notes.before = ownerOfContainer ? { ...before, user: ownerOfContainer } : before;
}
