import { thrown } from "./make-fault.js";

/** An object that throws when it is inspected, read, written or frozen. */
export const proxy = new Proxy(
  {},
  {
    get: thrown,
    has: thrown,
    ownKeys: thrown,
    getPrototypeOf: thrown,
    getOwnPropertyDescriptor: thrown,
    set: thrown,
    isExtensible: thrown,
    preventExtensions: thrown,
  },
);

/** Returns a revoked proxy: every operation on it throws, even `Array.isArray`. */
export function revoked(): object {
  const { proxy: object, revoke } = Proxy.revocable({}, {});
  revoke();
  return object;
}

/** Returns an object whose field `name` throws when it is read. */
export const trap = (name: string, more: object = {}): object =>
  Object.defineProperty({ ...more }, name, { get: thrown, enumerable: true });

/** Creates an object with the method by which `await` recognizes a promise. */
export function thenable(then: () => unknown): object {
  return { then };
}

/** An object that JSON.stringify writes as the given function decides. */
export class Written {
  readonly #written: () => unknown;
  constructor(written: () => unknown) {
    this.#written = written;
  }
  toJSON(): unknown {
    return this.#written();
  }
}

/** Creates nested objects, `depth` levels deep. */
export function nested(depth: number): object {
  let value: object = {};
  for (let i = 0; i < depth; i++) value = { value };
  return value;
}
