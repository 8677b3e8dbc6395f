import {
  type Binding,
  type BindingInput,
  type BindingStore,
  completeBinding,
  type WritableBindingStore,
} from "../contracts/binding.js";
import type { Bindings, ImportedBinding } from "../contracts/bindings.js";
import { BindingInvalidError, BookendError, type Problem } from "../contracts/errors.js";

/** What checked bindings are made from. */
interface CheckedBindingsOptions {
  readonly store: BindingStore;
  readonly check: (input: BindingInput) => Promise<readonly Problem[]>;
  /** Makes the plan follow the store. */
  readonly reload: () => Promise<void>;
  /** The bindings in the order in which they run. */
  readonly listed: () => Promise<readonly Binding[]>;
}

/** Writes bindings after checking them, and lets the plan follow before it answers. */
export function createBindings({ store, check, reload, listed }: CheckedBindingsOptions): Bindings {
  const writable = (): WritableBindingStore => {
    if (isWritable(store)) return store;
    throw new BookendError("BINDINGS_READ_ONLY", "The bindings of this server cannot be changed here.");
  };
  const refuseErrors = async (input: BindingInput) => {
    const errors = (await check(input)).filter((problem) => problem.severity === "error");
    if (errors.length > 0) throw new BindingInvalidError(errors);
  };
  // reads the store and not the plan: another process may have written since
  const find = async (id: number): Promise<Binding> => {
    const found = (await store.list()).find((binding) => binding.id === id);
    if (!found) throw new BookendError("BINDING_NOT_FOUND", `There is no binding ${id}.`);
    return found;
  };
  const replace = async (binding: Binding): Promise<Binding> => {
    const { id, ...rest } = binding;
    if (!(await writable().update(id, rest))) {
      throw new BookendError("BINDING_NOT_FOUND", `There is no binding ${id}.`);
    }
    await reload();
    return binding;
  };
  return {
    list: listed,
    get: async (id) => (await listed()).find((binding) => binding.id === id),
    async add(input) {
      const target = writable();
      await refuseErrors(input);
      const stored = await target.insert(completeBinding(input));
      await reload();
      return stored;
    },
    async update(id, changes) {
      writable();
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      const input: BindingInput = { ...(await find(id)), ...given };
      await refuseErrors(input);
      return replace({ ...completeBinding(input), id });
    },
    async setActive(id, active) {
      writable();
      return replace({ ...(await find(id)), active });
    },
    async remove(id) {
      if (!(await writable().remove(id))) {
        throw new BookendError("BINDING_NOT_FOUND", `There is no binding ${id}.`);
      }
      await reload();
    },
    async import(inputs, { replace: replaceOthers = false } = {}) {
      const target = writable();
      const checked = await Promise.all(inputs.map(async (input) => ({ input, problems: await check(input) })));
      const wrong = checked.flatMap(({ problems }, index) =>
        problems
          .filter(({ code }) => code === "FIELD_INVALID")
          .map((problem) => {
            const place = `binding ${index + 1}: `;
            return { ...problem, field: place + problem.field, message: place + problem.message };
          }),
      );
      if (wrong.length > 0) throw new BindingInvalidError(wrong);
      const others = replaceOthers ? await target.list() : [];
      const imported: ImportedBinding[] = [];
      for (const { input, problems } of checked) {
        const valid = problems.every(({ severity }) => severity === "warning");
        const complete = completeBinding(input);
        imported.push({ binding: await target.insert({ ...complete, active: complete.active && valid }), problems });
      }
      // afterwards: a failure in between leaves too many, not none
      for (const { id } of others) await target.remove(id);
      await reload();
      return imported;
    },
  };
}

function isWritable(store: BindingStore): store is WritableBindingStore {
  return "insert" in store && "update" in store && "remove" in store;
}
