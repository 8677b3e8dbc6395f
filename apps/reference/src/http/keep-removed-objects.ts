import { type Call, type Directories, objectsBefore } from "@bookend/core";

/**
 * Keeps the user, tokens and container of a call before its route removes them, so that post bindings still see them.
 * If the call names only a container, and that has exactly one owner, the owner is kept as the user: a post binding can
 * then notify the owner.
 */
export async function keepRemovedObjects(call: Call, directories: Directories): Promise<void> {
  const before = await objectsBefore(call, directories);
  const { user, tokens = [], container } = before;
  const owner = container?.owners.length === 1 && tokens.length === 0 ? container.owners[0] : undefined;
  const ownerOfContainer = !user && owner ? await directories.users?.find(owner) : undefined;
  call.notes.before = ownerOfContainer ? { ...before, user: ownerOfContainer } : before;
}
