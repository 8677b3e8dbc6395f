import { type Binding, type BindingInput, completeBinding } from "../contracts/binding.js";
import type { BindingChange, BindingStore, ChangeOrigin, WritableBindingStore } from "../contracts/binding-store.js";
import type { Bindings, ChangeOptions } from "../contracts/bindings.js";
import { BindingInvalidError, BookendError, type Problem } from "../contracts/errors.js";
import { bindingChanged, bindingNotFound, type WrittenBindings } from "./binding-changes.js";
import { changeBindings } from "./change-bindings.js";
import { nameTakenProblem } from "./check-binding.js";
import { importBindings } from "./import-bindings.js";
import { restoreBinding } from "./restore-binding.js";

/**
 * Maximum number of attempts to apply a change when concurrent changes get in first. It is high, since an attempt fails
 * only if one of the concurrent changes has succeeded.
 */
const maxTries = 100;

/** Options of {@link createBindings}. */
interface CheckedBindingsOptions {
  readonly store: BindingStore;
  readonly check: (input: BindingInput) => Promise<readonly Problem[]>;
  /** Checks several bindings, looking up existing names only once. */
  readonly checkAll: (inputs: readonly BindingInput[]) => Promise<readonly (readonly Problem[])[]>;
  /** Performs a write, then updates the plan to match. */
  readonly follow: (write: () => Promise<WrittenBindings>) => Promise<WrittenBindings>;
  /** The bindings in the order in which they run. */
  readonly listed: () => Promise<readonly Binding[]>;
  /** The problems that keep bindings from running, by id. */
  readonly problems: Bindings["problems"];
}

/**
 * Creates `bookend.bindings`. The methods that write check the bindings first, and resolve once the plan is up to date.
 */
export function createBindings(options: CheckedBindingsOptions): Bindings {
  const { store, check, follow, listed, problems } = options;
  const writable = (): WritableBindingStore => {
    if (isWritable(store)) return store;
    throw new BookendError("BINDINGS_READ_ONLY", "The bindings of this server cannot be changed here.");
  };
  const write = (changes: readonly BindingChange[], origin?: ChangeOrigin) => {
    const target = writable();
    return follow(async () => ({
      bindings: await target.write(changes, origin),
      removed: changes.flatMap((change) => (change.kind === "remove" ? change.id : [])),
    }));
  };
  const writeOne = async (change: BindingChange, origin: ChangeOrigin | undefined): Promise<Binding> => {
    const { bindings } = await write([change], origin);
    return bindings[0] as Binding;
  };
  const refuseErrors = async (input: BindingInput) => {
    const errors = (await check(input)).filter((problem) => problem.severity === "error");
    if (errors.length > 0) throw new BindingInvalidError(errors);
  };
  // reads the store rather than the plan, since another process may have written in the meantime
  const find = async (id: number, revision?: number): Promise<Binding> => {
    const found = await writable().get(id);
    if (!found) throw bindingNotFound(id);
    if (revision !== undefined && revision !== found.revision) throw bindingChanged(id, found.revision);
    return found;
  };
  /**
   * Changes fields of a stored binding. If the binding is changed concurrently and no revision was requested, tries
   * again with its new state.
   */
  const change = async (
    id: number,
    changes: Parameters<Bindings["update"]>[1],
    { revision, origin }: ChangeOptions,
  ): Promise<Binding> => {
    for (let tries = 1; ; tries++) {
      const stored = await find(id, revision);
      const wanted = typeof changes === "function" ? changes(stored) : changes;
      const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
      const onlySwitchesOff = Object.keys(given).every((name) => name === "active") && given.active === false;
      const input: BindingInput & { id: number } = { ...stored, ...given };
      if (!onlySwitchesOff) await refuseErrors(input);
      try {
        const binding = completeBinding(input);
        return await writeOne({ kind: "update", id, revision: stored.revision, binding }, origin);
      } catch (error) {
        if (hasCode(error, "BINDING_NAME_TAKEN")) throw new BindingInvalidError([nameTakenProblem(input.name)]);
        if (!hasCode(error, "BINDING_CHANGED") || revision !== undefined || tries >= maxTries) throw error;
      }
    }
  };
  return {
    list: listed,
    get: async (id) => (await listed()).find((binding) => binding.id === id),
    problems,
    async add(input, { origin } = {}) {
      writable();
      await refuseErrors(input);
      try {
        return await writeOne({ kind: "insert", binding: completeBinding(input) }, origin);
      } catch (error) {
        if (hasCode(error, "BINDING_NAME_TAKEN")) throw new BindingInvalidError([nameTakenProblem(input.name)]);
        throw error;
      }
    },
    update: (id, changes, changeOptions = {}) => change(id, changes, changeOptions),
    setActive: (id, active, changeOptions = {}) => change(id, { active }, changeOptions),
    async remove(id, { revision, origin } = {}) {
      await write([{ kind: "remove", id, revision }], origin);
    },
    get history() {
      return isWritable(store) ? store.history : undefined;
    },
    restore: async (id, restoreOptions) => restoreBinding({ target: writable(), check, write }, id, restoreOptions),
    changeAll: async (edits, { origin } = {}) =>
      changeBindings({ target: writable(), checkAll: options.checkAll, write }, edits, origin),
    import: async (inputs, importOptions) =>
      importBindings({ target: writable(), checkAll: options.checkAll, write }, inputs, importOptions),
  };
}

/** Returns whether an error is a `BookendError` with this code. */
function hasCode(error: unknown, code: BookendError["code"]): boolean {
  return error instanceof BookendError && error.code === code;
}

function isWritable(store: BindingStore): store is WritableBindingStore {
  return "write" in store && "get" in store;
}
