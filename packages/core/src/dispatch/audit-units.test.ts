import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  AbortCall,
  type AuditCall,
  type AuditSink,
  createBookend,
  createCall,
  defineAction,
  defineDelivery,
  defineHandler,
  memoryBindings,
  type NewBinding,
  type Outbox,
} from "../index.js";

/** Creates a sink with units. Each commit is a list of the entries that it wrote. */
function unitSink({ fails = false, hasChanges = false } = {}) {
  const commits: string[][] = [];
  /** The ids of the calls for which units were opened. */
  const opened: (string | undefined)[] = [];
  const record = (list: string[], label: string) => ({
    success: () => void list.push(label),
    failure: () => void list.push(`${label} failed`),
  });
  const sink: AuditSink = {
    begin: ({ handlerAction }) => record(commits[commits.push([]) - 1] ?? [], handlerAction),
    call: ({ action }) => void commits.push([action]),
    unit(call) {
      const kept: string[] = [];
      opened.push(call?.id);
      return {
        hasChanges,
        begin: ({ handlerAction }) => record(kept, handlerAction),
        commit(call) {
          if (fails) throw new Error("the disk is full");
          commits.push([...kept, ...(call ? [call.action] : [])]);
        },
      };
    },
  };
  return { sink, commits, opened };
}

const options = z.strictObject({});
const about = { description: "", options };
const handler = defineHandler({
  id: "Sample",
  description: "",
  positions: ["pre", "post"],
  actions: {
    one: defineAction({ ...about, run: () => undefined }),
    two: defineAction({ ...about, run: () => undefined }),
    abort: defineAction({
      ...about,
      run: () => {
        throw new AbortCall("no");
      },
    }),
  },
});

const bound = (...actions: [position: "pre" | "post", action: string][]): NewBinding[] =>
  actions.map(([position, action], index) => ({
    name: `${index} ${action}`,
    active: true,
    ordering: index,
    position,
    events: ["e"],
    handler: "Sample",
    action,
    options: {},
    conditions: {},
    abortOnError: false,
    delivery: "inline",
  }));

const request = { method: "POST", path: "/e", parameters: {}, headers: {} };
const entryOf = (id: string): AuditCall => ({
  id,
  action: "POST /e",
  success: true,
  startedAt: new Date(0),
  durationMs: 1,
});

describe("a sink with units", () => {
  const opened = (audit: AuditSink | { sink: AuditSink; required: boolean }, ...actions: Parameters<typeof bound>) =>
    createBookend({ handlers: [handler], bindings: memoryBindings(bound(...actions)), audit });
  const respond = () => ({ status: 200, headers: {}, body: {} });

  it("writes the entries of a call's actions together with the entry of the call", async () => {
    const { sink, commits } = unitSink();
    const bookend = opened(sink, ["pre", "one"], ["post", "two"]);
    const calls = [createCall({ event: "e", request }), createCall({ event: "e", request })] as const;
    await Promise.all(calls.map((call) => bookend.handle(call, respond, { recorded: true })));
    expect(commits).toEqual([]);
    for (const { id } of calls) await bookend.recordCall(entryOf(id));
    expect(commits).toEqual([
      ["one", "two", "POST /e"],
      ["one", "two", "POST /e"],
    ]);
  });

  it("writes the entries before `handle` returns if the host does not record the call", async () => {
    const { sink, commits } = unitSink();
    const bookend = opened(sink, ["pre", "one"], ["post", "two"]);
    await bookend.handle(createCall({ event: "e", request }), respond);
    expect(commits).toEqual([["one", "two"]]);
  });

  it("keeps the entries of a call that was aborted", async () => {
    const { sink, commits } = unitSink();
    const bookend = opened(sink, ["pre", "one"], ["pre", "abort"], ["post", "two"]);
    await expect(bookend.handle(createCall({ event: "e", request }), respond)).rejects.toThrow("no");
    expect(commits).toEqual([["one", "abort failed"]]);
  });

  it("writes the entries of a call without an entry of its own once, in `recordActions`", async () => {
    const { sink, commits } = unitSink();
    const bookend = opened(sink, ["pre", "one"]);
    const call = createCall({ event: "e", request });
    await bookend.handle(call, respond, { recorded: true });
    for (let times = 0; times < 2; times++) await bookend.recordActions(call.id);
    expect(commits).toEqual([["one"]]);
  });

  it("writes each entry when its action ends if the sink is required", async () => {
    const { sink, commits } = unitSink();
    const bookend = opened({ sink, required: true }, ["pre", "one"], ["post", "two"]);
    await bookend.handle(createCall({ event: "e", request }), respond, { recorded: true });
    expect(commits).toEqual([["one"], ["two"]]);
  });

  it("does not fail a call if it cannot write the entries", async () => {
    const { sink } = unitSink({ fails: true });
    const bookend = opened(sink, ["pre", "one"]);
    const call = createCall({ event: "e", request });
    expect(await bookend.handle(call, respond)).toMatchObject({ status: 200 });
    await bookend.handle(call, respond, { recorded: true });
    await expect(bookend.recordCall(entryOf(call.id))).resolves.toBeUndefined();
  });

  it("fails each call whose changes are lost because they cannot be written", async () => {
    const { sink, opened: units } = unitSink({ fails: true, hasChanges: true });
    const bookend = opened(sink, ["pre", "one"]);
    const call = createCall({ event: "e", request });
    const lost = { code: "CALL_NOT_COMMITTED", cause: expect.objectContaining({ message: "the disk is full" }) };
    await expect(bookend.handle(call, respond)).rejects.toMatchObject(lost);
    for (const end of [() => bookend.recordCall(entryOf(call.id)), () => bookend.recordActions(call.id)]) {
      await bookend.handle(call, respond, { recorded: true });
      await expect(end()).rejects.toMatchObject(lost);
    }
    expect(units).toEqual([call.id, call.id, call.id]);
  });

  it("discards the deliveries if an entry cannot be written and the call fails because of that", async () => {
    const ended: string[] = [];
    let closes = true;
    const record = () => ({
      success: async () => {
        if (!closes) throw new Error("the disk is full");
      },
      failure: () => undefined,
    });
    const letter = defineDelivery({ name: "letter", send: () => ({ status: "sent" }) });
    const sending = defineHandler({
      id: "Sample",
      description: "",
      positions: ["post"],
      deliveries: [letter],
      actions: { send: defineAction({ ...about, run: ({ deliver }) => deliver(letter, {}) }) },
    });
    const sink: AuditSink = {
      begin: record,
      unit: () => ({ begin: record, commit: () => void ended.push("commit"), abort: () => void ended.push("abort") }),
    };
    const bindings = memoryBindings(
      bound(["post", "send"]).map((binding) => ({ ...binding, delivery: "durable" as const })),
    );
    const outbox: Outbox = { submit: () => ({ status: "done" }) };
    const bookend = createBookend({ handlers: [sending], bindings, outbox, audit: { sink, required: true } });
    await bookend.handle(createCall({ event: "e", request }), respond);
    expect(ended.splice(0)).toEqual(["commit"]);
    closes = false;
    await expect(bookend.handle(createCall({ event: "e", request }), respond)).rejects.toMatchObject({
      code: "AUDIT_UNAVAILABLE",
    });
    expect(ended).toEqual(["abort", "commit"]);
  });
});
