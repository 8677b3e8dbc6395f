/** A value that is already written as JSON, such as a long list, whose objects need not be kept. */
export class WrittenValue {
  constructor(readonly json: string) {}
}

interface Written {
  /** Undefined once the value has been read or replaced: its objects may have been changed since then. */
  json: string | undefined;
  value: unknown;
}

const written = new WeakMap<object, Written>();

/** One accessor for all objects: V8 would keep a closure, and with it the JSON, until the next full collection. */
const accessor: PropertyDescriptor = {
  configurable: true,
  enumerable: true,
  get(this: object) {
    const of = written.get(this);
    if (of?.json !== undefined) {
      of.value = JSON.parse(of.json);
      of.json = undefined;
    }
    return of?.value;
  },
  set(this: object, value: unknown) {
    written.set(this, { json: undefined, value });
  },
};

/** Gives an object the property `value`, which is parsed when it is read for the first time. */
export function setWritten<T extends object>(object: T, { json }: WrittenValue): T & { value: unknown } {
  written.set(object, { json, value: undefined });
  return Object.defineProperty(object, "value", accessor) as T & { value: unknown };
}

/** Returns whether an object has a `value` that nothing has read or replaced yet. */
export const isUnread = (object: unknown): boolean => unreadJson(object) !== undefined;

function unreadJson(object: unknown): string | undefined {
  if (typeof object !== "object" || object === null) return undefined;
  const json = written.get(object)?.json;
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
