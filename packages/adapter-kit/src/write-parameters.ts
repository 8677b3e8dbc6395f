import { isParameterObject, type ParameterSources, refuseReservedName } from "./collect-parameters.js";

type Values = Readonly<Record<string, unknown>>;

/**
 * Returns the sources of a request with the changes that actions made to its parameters. A changed value replaces the
 * old one in its source; a new value is added to the body if that is an object, otherwise to the query; a removed value
 * disappears from all sources. A source that did not change is the same object.
 *
 * @param before The parameters as they were collected.
 * @throws {AdapterError} PARAMETER_REFUSED for a name such as `__proto__`
 */
export function writeParameters(sources: ParameterSources, before: Values, after: Values): ParameterSources {
  const written = {
    path: new Draft(sources.path),
    body: new Draft(isParameterObject(sources.body) ? sources.body : undefined),
    query: new Draft(sources.query),
  };
  const byPrecedence = [written.path, written.body, written.query];
  for (const [name, value] of Object.entries(after)) {
    if (Object.is(value, before[name])) continue;
    refuseReservedName("action", name);
    const from = byPrecedence.find((draft) => draft.has(name));
    const target = from ?? (written.body.exists ? written.body : written.query);
    if (value === undefined) for (const draft of byPrecedence) draft.remove(name);
    else target.set(name, value);
  }
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) for (const draft of byPrecedence) draft.remove(name);
  }
  return {
    ...sources,
    query: written.query.result ?? sources.query,
    body: written.body.result ?? sources.body,
    path: written.path.result ?? sources.path,
  };
}

/** Values that are copied when they are changed for the first time. */
class Draft {
  readonly exists: boolean;
  #values: Record<string, unknown>;
  #copied = false;

  constructor(values: unknown) {
    this.exists = typeof values === "object" && values !== null;
    this.#values = this.exists ? (values as Record<string, unknown>) : {};
  }

  /** The changed values; undefined if nothing changed. */
  get result(): Record<string, unknown> | undefined {
    return this.#copied ? this.#values : undefined;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#values, name);
  }

  set(name: string, value: unknown): void {
    this.#copy()[name] = value;
  }

  remove(name: string): void {
    if (this.has(name)) delete this.#copy()[name];
  }

  #copy(): Record<string, unknown> {
    if (!this.#copied) {
      this.#values = Object.assign(Object.create(Object.getPrototypeOf(this.#values)), this.#values);
      this.#copied = true;
    }
    return this.#values;
  }
}
