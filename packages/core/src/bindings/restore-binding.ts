import { type Binding, type BindingInput, completeBinding } from "../contracts/binding.js";
import type { BindingChange, ChangeOrigin, WritableBindingStore } from "../contracts/binding-store.js";
import type { RestoreOptions } from "../contracts/bindings.js";
import { BindingInvalidError, BookendError, type Problem } from "../contracts/errors.js";
import { bindingChanged, bindingNotFound, type WrittenBindings } from "./binding-changes.js";
import { nameTakenProblem } from "./check-binding.js";

/** Maximum number of attempts to restore when concurrent changes get in first. */
const maxTries = 10;

/** Dependencies of a restoration. */
interface RestoreEnvironment {
  readonly target: WritableBindingStore;
  readonly check: (input: BindingInput & { readonly id: number }) => Promise<readonly Problem[]>;
  readonly write: (changes: readonly BindingChange[], origin?: ChangeOrigin) => Promise<WrittenBindings>;
}

/**
 * Restores a binding to its state in an entry of the history; a removed binding comes back with its id.
 *
 * @throws {BookendError} HISTORY_NOT_FOUND, BINDING_CHANGED; BINDING_NOT_FOUND if the binding of a requested revision
 * no longer exists
 * @throws {BindingInvalidError} if it is no longer valid on this host
 */
export async function restoreBinding(
  { target, check, write }: RestoreEnvironment,
  id: number,
  { entry, side, revision, origin }: RestoreOptions,
): Promise<Binding> {
  const { history } = target;
  const change = await history?.change(entry, id);
  const state = change && (side === undefined ? (change.after ?? change.before) : change[side]);
  if (!history || !state) {
    const which = side === undefined ? "" : ` ${side} its change`;
    throw new BookendError("HISTORY_NOT_FOUND", `entry: the history has no binding ${id}${which} in entry ${entry}.`);
  }
  const binding = completeBinding(state);
  for (let tries = 1; ; tries++) {
    const present = await target.get(id);
    if (revision !== undefined) requireRevision(id, revision, present);
    const errors = (await check({ ...binding, id })).filter(({ severity }) => severity === "error");
    // an inactive binding may have been stored with errors, and can be restored with them
    const refused = errors.filter(({ code }) => binding.active || code === "NAME_TAKEN" || code === "FIELD_INVALID");
    if (refused.length > 0) throw new BindingInvalidError(refused);
    const restored: BindingChange = present
      ? { kind: "update", id, revision: present.revision, binding }
      : { kind: "insert", id, revision: await nextRevision(target, id), binding };
    try {
      const { bindings } = await write([restored], { operation: "restore", ...origin });
      return bindings[0] as Binding;
    } catch (error) {
      if (!(error instanceof BookendError)) throw error;
      if (error.code === "BINDING_NAME_TAKEN") throw new BindingInvalidError([nameTakenProblem(binding.name)]);
      const raced = error.code === "BINDING_CHANGED" || error.code === "BINDING_NOT_FOUND";
      if (!raced || revision !== undefined || tries >= maxTries) throw error;
    }
  }
}

/** @throws {BookendError} BINDING_CHANGED, BINDING_NOT_FOUND for a binding that was removed after the caller saw it */
function requireRevision(id: number, revision: number, present: Binding | undefined): void {
  if (!present) throw bindingNotFound(id);
  if (revision !== present.revision) throw bindingChanged(id, present.revision);
}

/**
 * Returns a revision greater than any that the binding had, so that a caller who saw an earlier revision cannot
 * overwrite the restored binding.
 */
async function nextRevision({ history }: WritableBindingStore, id: number): Promise<number> {
  const newest = await history?.page({ binding: id, page: 1, pageSize: 1 });
  const [change] = newest?.entries[0]?.bindings ?? [];
  return ((change?.after ?? change?.before)?.revision ?? 0) + 1;
}
