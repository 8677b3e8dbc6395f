import type { CompiledCondition } from "../bindings/compile-context.js";
import type { Condition } from "../definitions/condition.js";

/**
 * Bindings that are looked up by one value of the call: the value that a condition sees, or one field that its
 * configured values name.
 */
export interface IndexGroup {
  readonly condition: Condition;
  /**
   * One of the configured values that name the field, as the argument of `actual`, which returns the same value for
   * each of them. Undefined if `exact`.
   */
  readonly value: unknown;
  /** Whether a matching key means that the condition is fulfilled; otherwise the condition is still evaluated. */
  readonly exact: boolean;
  /** The distinct keys of all configured values. */
  readonly keys: Set<string>;
  /** The number of bindings that are looked up by this group. */
  size: number;
}

/** A condition by which a binding can be looked up. */
export interface IndexedBy {
  readonly group: IndexGroup;
  readonly keys: ReadonlySet<string>;
}

/** Maximum number of keys by which one configured value is indexed. */
const maxKeys = 10_000;

/** The groups of a slot. */
export class IndexGroups {
  readonly #groups = new Map<Condition, Map<string, IndexGroup>>();

  /**
   * Finds the group of a condition with its keys; undefined if the condition has no index, or if the index throws or
   * returns too many keys. The condition itself is then evaluated.
   */
  find({ definition, value }: CompiledCondition): IndexedBy | undefined {
    const { index } = definition;
    if (!index) return undefined;
    try {
      const exact = !("fieldOf" in index);
      const field: unknown = exact ? "" : index.fieldOf(value);
      if (typeof field !== "string") return undefined;
      const keys = new Set<string>();
      for (const key of index.keysOf(value)) {
        if (typeof key !== "string" || keys.size === maxKeys) return undefined;
        keys.add(key);
      }
      return { group: this.#group(definition, field, exact, value), keys };
    } catch {
      return undefined;
    }
  }

  #group(condition: Condition, field: string, exact: boolean, value: unknown): IndexGroup {
    let fields = this.#groups.get(condition);
    if (!fields) {
      fields = new Map();
      this.#groups.set(condition, fields);
    }
    let group = fields.get(field);
    if (!group) {
      group = { condition, value: exact ? undefined : value, exact, keys: new Set(), size: 0 };
      fields.set(field, group);
    }
    return group;
  }
}
