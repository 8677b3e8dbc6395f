import {
  type Binding,
  type BindingInput,
  completeBinding,
  type NewBinding,
  type WritableBindingStore,
} from "../contracts/binding.js";

/** Keeps bindings in memory: for a start, for tests, and for hosts that read them from a file. Ids count from 1. */
export function memoryBindings(initial: readonly BindingInput[] = []): WritableBindingStore {
  const bindings = new Map<number, Binding>();
  const listeners = new Set<() => void>();
  let lastId = 0;
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const put = (id: number, binding: NewBinding): Binding => {
    const stored = { ...binding, id };
    bindings.set(id, stored);
    return stored;
  };
  for (const input of initial) put(++lastId, completeBinding(input));
  return {
    list: () => [...bindings.values()],
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    insert(binding) {
      const stored = put(++lastId, binding);
      changed();
      return stored;
    },
    update(id, binding) {
      if (!bindings.has(id)) return false;
      put(id, binding);
      changed();
      return true;
    },
    remove(id) {
      const removed = bindings.delete(id);
      if (removed) changed();
      return removed;
    },
  };
}
