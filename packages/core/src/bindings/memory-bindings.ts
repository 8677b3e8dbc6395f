import { type Binding, type BindingInput, completeBinding, type NewBinding } from "../contracts/binding.js";
import type { BindingChange, WritableBindingStore } from "../contracts/binding-store.js";
import type { HistoryLimits } from "../contracts/history.js";
import { freezeDeep } from "../internal/freeze-deep.js";
import { bindingChanged, bindingNameTaken, bindingNotFound, inWritingOrder } from "./binding-changes.js";
import { historyChanges, memoryHistory } from "./memory-history.js";
import { uniqueNames } from "./unique-names.js";

/** Options of `memoryBindings`. */
export interface MemoryBindingsOptions {
  /** How much of the history is kept. */
  readonly history?: HistoryLimits | undefined;
  /** Returns the time for entries of the history. @default the system's clock */
  readonly clock?: (() => Date) | undefined;
}

/**
 * Keeps bindings in memory: to get started, for tests, and for hosts that read them from a file. Ids start at 1. If
 * several initial bindings have the same name, all but the first get a number: `alarm (2)`.
 */
export function memoryBindings(
  initial: readonly BindingInput[] = [],
  { history: limits = {}, clock = () => new Date() }: MemoryBindingsOptions = {},
): WritableBindingStore {
  const history = memoryHistory(limits, clock);
  const bindings = new Map<number, Binding>();
  /** Ids of the bindings by name. */
  const names = new Map<string, number>();
  const listeners = new Set<() => void>();
  let lastId = 0;
  const put = (id: number, revision: number, binding: NewBinding): Binding => {
    // a frozen copy, which neither the writer nor a reader can change
    const stored = freezeDeep({ ...structuredClone(binding), id, revision });
    bindings.set(id, stored);
    names.set(stored.name, id);
    return stored;
  };
  const insert = ({ id, revision = 1, binding }: Extract<BindingChange, { kind: "insert" }>): Binding => {
    if (id === undefined) return put(++lastId, 1, binding);
    lastId = Math.max(lastId, id);
    return put(id, revision, binding);
  };
  const initialNames = uniqueNames(initial.map(({ name }) => name));
  for (const [index, input] of initial.entries()) {
    put(++lastId, 1, { ...completeBinding(input), name: initialNames[index] ?? input.name });
  }

  /**
   * Refuses all changes if one of them is impossible.
   *
   * @throws {BookendError} BINDING_NOT_FOUND, BINDING_CHANGED, BINDING_NAME_TAKEN
   */
  const checkChanges = (changes: readonly BindingChange[]) => {
    const gone = new Set<number>();
    const released = new Set<number>();
    for (const change of changes) {
      if (change.kind === "insert") {
        const present = change.id === undefined ? undefined : bindings.get(change.id);
        if (present) throw bindingChanged(present.id, present.revision);
        continue;
      }
      const present = bindings.get(change.id);
      if (!present || (change.kind === "update" && gone.has(change.id))) throw bindingNotFound(change.id);
      if (change.revision !== undefined && change.revision !== present.revision) {
        throw bindingChanged(change.id, present.revision);
      }
      if (change.kind === "remove") gone.add(change.id);
      released.add(change.id);
    }
    const claimed = new Set<string>();
    for (const change of changes) {
      if (change.kind === "remove") continue;
      const { name } = change.binding;
      const holder = names.get(name);
      if (claimed.has(name) || (holder !== undefined && !released.has(holder))) throw bindingNameTaken(name);
      claimed.add(name);
    }
  };

  return {
    history: { page: history.page, change: history.change },
    list: () => [...bindings.values()],
    get: (id) => bindings.get(id),
    subscribe(listener) {
      // a new function, so that a listener can subscribe twice
      const entry = () => listener();
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    write(changes, origin = {}) {
      if (changes.length === 0) return [];
      const ordered = inWritingOrder(changes);
      checkChanges(ordered);
      const before = new Map<number, Binding>();
      for (const change of ordered) {
        const present = change.kind === "insert" ? undefined : bindings.get(change.id);
        if (present) before.set(present.id, present);
      }
      for (const change of ordered) {
        if (change.kind !== "insert") names.delete(bindings.get(change.id)?.name ?? "");
        if (change.kind === "remove") bindings.delete(change.id);
      }
      const written = new Map<BindingChange, Binding>();
      for (const change of ordered) {
        if (change.kind === "update") written.set(change, put(change.id, change.revision + 1, change.binding));
        else if (change.kind === "insert") written.set(change, insert(change));
      }
      history.add(historyChanges(changes, before, written), origin);
      for (const listener of [...listeners]) listener();
      return changes.flatMap((change) => written.get(change) ?? []);
    },
  };
}
