import type { ServerResponse } from "node:http";
import { Writable } from "node:stream";

type Callback = (error?: Error | null) => void;
type Chunk = string | Uint8Array;

interface Write {
  readonly chunk: Chunk | undefined;
  readonly encoding: BufferEncoding | undefined;
  readonly callback: Callback | undefined;
}

/** The property in which a response keeps the `HeldWrites` that hold back its writes. */
const heldBy = Symbol("bookend");

type HeldResponse = ServerResponse & { [heldBy]?: HeldWrites };

/** Holds back the writes to a response until the response may be sent. */
export class HeldWrites {
  /**
   * The properties `headersSent` and `writableEnded` of a response while its writes are held back. The getters are the
   * same for all responses: V8 keeps a getter of a single response, and everything that it refers to, until its next
   * full collection.
   */
  static readonly #properties: PropertyDescriptorMap & ThisType<HeldResponse> = {
    headersSent: {
      configurable: true,
      get() {
        const held = this[heldBy];
        return held === undefined ? false : held.#hasBegun;
      },
    },
    writableEnded: {
      configurable: true,
      get() {
        const held = this[heldBy];
        return held === undefined ? false : held.#end !== undefined;
      },
    },
  };

  /** Resolves when the handler has responded, or begins to stream. */
  readonly begun: Promise<void>;
  readonly #response: ServerResponse;
  readonly #real: Pick<ServerResponse, "writeHead" | "write" | "end" | "flushHeaders">;
  readonly #writes: Write[] = [];
  #begin: () => void = () => undefined;
  #hasBegun = false;
  #end: Write | undefined;
  #isFlushed = false;
  /** Whether the current write comes from this class, not from the handler, and is sent immediately. */
  #isSending = false;

  constructor(response: ServerResponse) {
    const { writeHead, write, end, flushHeaders } = response;
    this.#response = response;
    this.#real = { writeHead, write, end, flushHeaders };
    this.begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
    this.#hold();
  }

  /**
   * Returns the complete output of the handler; undefined if the handler is still writing or has not begun to write.
   */
  whole(): Buffer | undefined {
    if (!this.#end) return undefined;
    return Buffer.concat([...this.#writes, this.#end].map(bytesOf));
  }

  /** Sends the output so far and everything that the handler writes later. */
  release(): void {
    const response = this.#response;
    this.#restore();
    if (this.#isFlushed) response.flushHeaders();
    let isOpen = true;
    for (const { chunk, encoding, callback } of this.#writes) {
      isOpen = response.write(chunk, encoding as BufferEncoding, callback);
    }
    if (this.#end) {
      const { chunk, encoding, callback } = this.#end;
      response.end(chunk, encoding as BufferEncoding, callback);
    } else if (isOpen) response.emit("drain");
  }

  /** Ends the response with `chunk`. The output so far and everything that the handler writes later are dropped. */
  replace(chunk: Chunk | undefined): void {
    this.#send(() => this.#response.end(chunk));
  }

  /** Like `replace`, for a stream: whatever is written to the returned stream is sent. */
  replacement(): Writable {
    const response = this.#response;
    return new Writable({
      write: (chunk: Uint8Array, _encoding, written) => {
        if (this.#send(() => response.write(chunk))) written();
        else response.once("drain", () => written());
      },
      final: (ended) => {
        this.#send(() => response.end());
        ended();
      },
    });
  }

  #send<T>(write: () => T): T {
    this.#isSending = true;
    try {
      return write();
    } finally {
      this.#isSending = false;
    }
  }

  #hold(): void {
    const response = this.#response;
    const real = this.#real;
    const began = () => {
      this.#hasBegun = true;
      this.#begin();
    };
    // Variables first: V8 creates a function that is written as the value of a property in its old generation, and
    // everything that such a function refers to, which is the whole call, then lives until the next full collection.
    const writeHead = (...args: Parameters<ServerResponse["writeHead"]>) => {
      if (this.#isSending) return Reflect.apply(real.writeHead, response, args);
      this.#setHead(args);
      return response;
    };
    const write = (...args: unknown[]) => {
      if (this.#isSending) return Reflect.apply(real.write, response, args);
      this.#writes.push(writeOf(args));
      began();
      // false, so that a writer that respects backpressure waits for `drain`
      return false;
    };
    const end = (...args: unknown[]) => {
      if (this.#isSending) return Reflect.apply(real.end, response, args);
      this.#end ??= writeOf(args);
      began();
      return response;
    };
    const flushHeaders = () => {
      if (this.#isSending) return Reflect.apply(real.flushHeaders, response, []);
      this.#isFlushed = true;
      began();
    };
    Object.assign(response, { writeHead, write, end, flushHeaders });
    (response as HeldResponse)[heldBy] = this;
    Object.defineProperties(response, HeldWrites.#properties);
  }

  #restore(): void {
    Object.assign(this.#response, this.#real);
    Reflect.deleteProperty(this.#response, "headersSent");
    Reflect.deleteProperty(this.#response, "writableEnded");
    Reflect.deleteProperty(this.#response, heldBy);
  }

  #setHead([status, ...rest]: readonly unknown[]): void {
    const response = this.#response;
    response.statusCode = Number(status);
    if (typeof rest[0] === "string") response.statusMessage = rest[0];
    for (const [name, value] of headerEntries(rest.at(-1))) response.setHeader(name, value);
  }
}

function headerEntries(headers: unknown): readonly (readonly [string, string | readonly string[]])[] {
  if (typeof headers !== "object" || headers === null) return [];
  if (!Array.isArray(headers)) return Object.entries(headers).filter(([, value]) => value !== undefined);
  // a list consists of pairs, or of alternating names and values
  if (headers.every((pair) => Array.isArray(pair))) return headers as never;
  return headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1]] as const] : []));
}

/** Returns the arguments of `write` and `end`, each of which may be missing. */
function writeOf(args: readonly unknown[]): Write {
  const callback = args.find((arg): arg is Callback => typeof arg === "function");
  const [chunk, encoding] = args.filter((arg) => typeof arg !== "function");
  return {
    chunk: (chunk ?? undefined) as Chunk | undefined,
    encoding: typeof encoding === "string" ? (encoding as BufferEncoding) : undefined,
    callback,
  };
}

function bytesOf({ chunk, encoding }: Write): Uint8Array {
  return typeof chunk === "string" ? Buffer.from(chunk, encoding) : (chunk ?? new Uint8Array());
}
