import { type CallRecorder, createBookend, createCall, memoryBindings, type RecordedCall } from "@bookend/core";
import type { CallReader } from "../src/index.js";
import { directories, gate, note } from "./console.js";

/** Creates a log of calls in memory. */
export function memoryCalls(): CallReader & CallRecorder & { readonly calls: RecordedCall[] } {
  const calls: RecordedCall[] = [];
  const matching: CallReader["list"] extends (filter: infer F, page: never) => unknown
    ? (filter: F) => RecordedCall[]
    : never = ({ events, from, to }) =>
    calls
      .filter(({ event, time }) => (events?.includes(event) ?? true) && !(from && time < from) && !(to && time > to))
      .reverse();
  return {
    calls,
    keeps: () => true,
    record: (call) => void calls.push(call),
    async list(filter, { cursor, size }) {
      if (cursor !== undefined && !/^\d+$/.test(cursor)) {
        throw Object.assign(new Error("cursor: it is not valid."), { code: "CALL_FILTER_INVALID" });
      }
      const from = Number(cursor ?? 0);
      const found = matching(filter);
      return {
        calls: found.slice(from, from + size).map(({ id, event, time, actor, success, ends }) => {
          const request = ends.pre?.states[0].request;
          const { method = "", path = "", user, clientIp: client } = request ?? {};
          return { id, event, time, actor, success, method, path, user, client, size: 1 };
        }),
        ...(found.length > from + size && { cursor: String(from + size) }),
      };
    },
    get: async (id) => calls.find((call) => call.id === id),
    count: async (filter, most) => Math.min(most, matching(filter).length),
    async *read(filter, most) {
      yield* matching(filter).slice(0, most);
    },
  };
}

/** Records calls of `token_init` with these parameters, one second apart, beginning at 12:00:00. */
export async function recordCalls(
  calls: CallRecorder,
  parameters: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  let now = Date.parse("2026-03-15T12:00:00Z");
  const bookend = createBookend({
    handlers: [note, gate],
    bindings: memoryBindings(),
    directories,
    recorder: calls,
    clock: () => new Date(now),
  });
  await bookend.ready();
  for (const [index, each] of parameters.entries()) {
    const request = { parameters: { ...each }, headers: { authorization: "geheim" }, clientIp: "10.0.0.1" };
    const actor = { username: "hans", realm: "reso", role: "user" };
    await bookend.handle(createCall({ id: `c${index}`, event: "token_init", request, actor }), () => ({
      status: 200,
      body: { result: { status: true }, detail: { serial: each.serial, otpkey: "geheim" } },
    }));
    now += 1_000;
  }
  bookend.close();
}
