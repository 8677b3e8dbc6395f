import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { inTime } from "../deadline.js";
import { type AdapterTest, json, thing } from "./adapter-server.js";

const mebibyte = 1024 * 1024;

/** Returns a promise and the function that resolves it. */
function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Returns a stream that never ends by itself, and records what happens to it. */
function endless(): {
  readonly stream: AsyncIterable<Uint8Array<ArrayBuffer>>;
  readonly stopped: Promise<void>;
} {
  const stopped = deferred<void>();
  const iterator = {
    async next() {
      await new Promise((resolve) => setImmediate(resolve));
      return { done: false, value: new Uint8Array(16 * 1024) };
    },
    // a generator could not report this: if it is closed before its first value is read, its finally block does not run
    async return() {
      stopped.resolve();
      return { done: true as const, value: undefined };
    },
  };
  return { stopped: stopped.promise, stream: { [Symbol.asyncIterator]: () => iterator } };
}

const binary = [["content-type", "application/octet-stream"]] as const;

/** Tests that streams are passed on unchanged, and end when they are no longer needed. */
export const streamTests: readonly AdapterTest[] = [
  {
    name: "a large stream arrives complete after a post action",
    async run(withServer) {
      async function* large() {
        for (let index = 0; index < 256; index += 1) yield new Uint8Array(mebibyte / 8).fill(index);
      }
      await withServer(
        {
          routes: [thing(() => ({ stream: large(), headers: binary }))],
          actions: [{ run: ({ response }) => void Object.assign(response?.headers ?? {}, { "x-post": "1" }) }],
        },
        async ({ fetch }) => {
          const response = await fetch("/thing", json({}));
          const all = new Uint8Array(await response.arrayBuffer());
          deepEqual([response.headers.get("x-post"), all.byteLength], ["1", 32 * mebibyte]);
          ok(
            all.every((byte, at) => byte === Math.floor(at / (mebibyte / 8))),
            "a byte is wrong",
          );
        },
      );
    },
  },
  {
    name: "an event stream is not held back: its first event arrives while it is open",
    async run(withServer) {
      const arrived = deferred<void>();
      async function* events() {
        yield bytes("data: 1\n\n");
        await arrived.promise;
        yield bytes("data: 2\n\n");
      }
      const headers = [["content-type", "text/event-stream"]] as const;
      await withServer(
        { routes: [thing(() => ({ stream: events(), headers }))], actions: [{ run: () => undefined }] },
        async ({ fetch }) => {
          const { body } = await fetch("/thing", json({}));
          const reader = (body as ReadableStream<Uint8Array>).getReader();
          const first = await inTime(reader.read(), "the first event");
          equal(new TextDecoder().decode(first.value), "data: 1\n\n");
          arrived.resolve();
          const second = await inTime(reader.read(), "the second event");
          equal(new TextDecoder().decode(second.value), "data: 2\n\n");
          ok((await reader.read()).done);
        },
      );
    },
  },
  {
    name: "an endless stream ends when its client hangs up",
    async run(withServer) {
      const { stream, stopped } = endless();
      await withServer(
        { routes: [thing(() => ({ stream, headers: binary }))], actions: [{ run: () => undefined }] },
        async ({ fetch }) => {
          const client = new AbortController();
          const { body } = await fetch("/thing", { ...json({}), signal: client.signal });
          await (body as ReadableStream<Uint8Array>).getReader().read();
          client.abort();
          await inTime(stopped, "the stream");
        },
      );
    },
  },
  {
    name: "a stream that a post action replaces is not sent, and ends",
    async run(withServer) {
      const { stream, stopped } = endless();
      await withServer(
        {
          routes: [thing(() => ({ stream, headers: binary }))],
          actions: [
            {
              run: (call) => {
                call.response = { status: 200, body: { instead: true } };
              },
            },
          ],
        },
        async ({ fetch }) => {
          deepEqual(await (await fetch("/thing", json({}))).json(), { instead: true });
          await inTime(stopped, "the stream");
        },
      );
    },
  },
  {
    name: "a client that hangs up does not end its call: the handler responds, post actions run, and the audit log contains the call",
    async run(withServer) {
      const entered = deferred<void>();
      const answer = deferred<void>();
      const seen: unknown[] = [];
      await withServer(
        {
          routes: [
            thing(async () => {
              entered.resolve();
              await answer.promise;
              return { json: { done: true } };
            }),
          ],
          actions: [{ run: ({ response }) => void seen.push(response?.body) }],
        },
        async ({ fetch, ended, audited }) => {
          const client = new AbortController();
          const response = fetch("/thing", { ...json({}), signal: client.signal });
          await inTime(entered.promise, "the handler");
          client.abort();
          await rejects(response);
          answer.resolve();
          await ended(1);
          deepEqual([seen, audited[0]?.success], [[{ done: true }], true]);
        },
      );
    },
  },
  {
    name: "a handler that never responds after its client hung up does not keep its call open",
    async run(withServer) {
      const entered = deferred<void>();
      await withServer(
        {
          routes: [
            thing(() => {
              entered.resolve();
              return new Promise(() => undefined);
            }),
          ],
          hangUpTimeoutMs: 5,
        },
        async ({ fetch, ended, audited, reported }) => {
          const client = new AbortController();
          const response = fetch("/thing", { ...json({}), signal: client.signal });
          await inTime(entered.promise, "the handler");
          client.abort();
          await rejects(response);
          await ended(1);
          deepEqual([reported[0]?.response.status, audited[0]?.success], [499, false]);
        },
      );
    },
  },
];
