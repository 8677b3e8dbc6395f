/** A value that is already written as JSON, such as a long list, whose objects need not be kept. */
export class WrittenValue {
  constructor(readonly json: string) {}
}

interface Written {
  /** Undefined once the value has been read: its objects may have been changed since then. */
  json: string | undefined;
  value: unknown;
}

const written = Symbol("written");

/** An object with the accessor. Its state is a property, so that a proxy or a derived object finds it as well. */
interface WithWritten {
  readonly [written]?: Written;
}

/** One accessor for all objects: V8 would keep a closure, and with it the JSON, until the next full collection. */
const accessor: PropertyDescriptor = {
  configurable: true,
  enumerable: true,
  get(this: WithWritten) {
    const state = this[written];
    if (state?.json !== undefined) {
      state.value = JSON.parse(state.json);
      state.json = undefined;
    }
    return state?.value;
  },
  set(this: WithWritten, value: unknown) {
    // an ordinary property from now on; as with any other, this throws if the object is frozen
    Object.defineProperty(this, "value", { configurable: true, enumerable: true, writable: true, value });
  },
};

/** Gives an object the property `value`, which is parsed when it is read for the first time. */
export function setWritten<T extends object>(object: T, { json }: WrittenValue): T & { value: unknown } {
  const state: Written = { json, value: undefined };
  return Object.defineProperties(object, { [written]: { value: state }, value: accessor }) as T & { value: unknown };
}

/** Returns whether an object has a `value` that nothing has read or replaced yet. */
export const isUnread = (object: unknown): boolean => unreadJson(object) !== undefined;

function unreadJson(object: unknown): string | undefined {
  if (typeof object !== "object" || object === null) return undefined;
  const json = (object as WithWritten)[written]?.json;
  if (json === undefined || "toJSON" in object) return undefined;
  return Object.getOwnPropertyDescriptor(object, "value")?.get === accessor.get ? json : undefined;
}

/** Converts a response to JSON like `JSON.stringify`, but takes over the JSON of a `result.value` that nothing has read. */
export function stringifyResponse(body: unknown): string {
  const { result } = (body ?? {}) as { readonly result?: object };
  const json = unreadJson(result);
  if (json === undefined || Array.isArray(body) || "toJSON" in (body as object)) return JSON.stringify(body);
  return withField(body as object, "result", withField(result as object, "value", json));
}

/** Converts an object to JSON, with `json` for one of its fields, which is not read. */
function withField(object: object, field: string, json: string): string {
  const fields: string[] = [];
  for (const name of Object.keys(object)) {
    const value = name === field ? json : JSON.stringify((object as Readonly<Record<string, unknown>>)[name]);
    // as in JSON.stringify, fields without a JSON form are left out
    if (value !== undefined) fields.push(`${JSON.stringify(name)}:${value}`);
  }
  return `{${fields.join(",")}}`;
}
