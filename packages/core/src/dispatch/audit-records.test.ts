import { binding, deferred, host, probe } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import {
  type AuditEnd,
  type AuditRecord,
  type AuditSink,
  defineDelivery,
  failed,
  type MaybePromise,
  memoryAudit,
  type Outcome,
} from "../index.js";

const letter = defineDelivery({ name: "letter", send: () => ({ status: "sent" }) });

/** Creates a host whose action notes that it ran. `failures` resolve as failures are logged. */
async function audited(
  audit: AuditSink | { sink: AuditSink; required: boolean },
  options: { lookupTimeoutMs?: number } = {},
  { act = (): MaybePromise<Outcome | undefined> => undefined, durable = false } = {},
) {
  const ran: string[] = [];
  const logged: string[] = [];
  const failures = [deferred(), deferred()] as const;
  const error = (_: object, message: string) => {
    failures[logged.push(message) - 1]?.resolve(undefined);
  };
  const silent = () => undefined;
  const run = () => {
    ran.push("act");
    return act();
  };
  const { login } = await host({
    handlers: [probe({ act: run }, { deliveries: [letter] })],
    stored: [binding({ action: "act", position: "pre", delivery: durable ? "durable" : "inline" })],
    audit,
    logger: { debug: silent, info: silent, warn: silent, error },
    outbox: { submit: () => ({ status: "done" }) },
    ...options,
  });
  return { login, ran, logged, failures };
}

/** What a sink may return by mistake instead of a record. */
const noRecords: readonly [string, unknown][] = [
  ["undefined", undefined],
  ["null", null],
  ["an object without methods", {}],
  ["a record without `failure`", { success: () => undefined }],
  [
    "an object that cannot be read",
    {
      get success() {
        throw new Error("cannot be read");
      },
    },
  ],
];
const ways: readonly [string, (value: unknown) => AuditSink][] = [
  ["at once", (value) => ({ begin: () => value as AuditRecord })],
  ["in a promise", (value) => ({ begin: () => Promise.resolve(value as AuditRecord) })],
  [
    "from a unit",
    (value) => ({
      begin: () => expect.unreachable(),
      unit: () => ({ begin: () => value as AuditRecord, commit: () => undefined }),
    }),
  ],
];

describe.each(ways)("a sink whose `begin` returns something other than a record %s", (way, sinkOf) => {
  const durable = way === "from a unit";
  it.each(noRecords)(
    "fails (%s): the action runs, without an entry, only if the sink is not required",
    async (_, value) => {
      const strict = await audited({ sink: sinkOf(value), required: true }, {}, { durable });
      await expect(strict.login()).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
      expect([strict.ran, strict.logged]).toEqual([[], ["the audit sink failed"]]);
      const lenient = await audited(sinkOf(value));
      expect((await lenient.login()).status).toBe(200);
      expect([lenient.ran, lenient.logged]).toEqual([["act"], ["the audit sink failed"]]);
    },
  );
});

describe("an audit record that arrives after its time limit", () => {
  /** Creates a sink whose record arrives when `arrive` is called, and a promise of how it was closed. */
  function lateSink() {
    const begun = deferred<AuditRecord>();
    const closed = deferred<readonly ["success" | "failure", AuditEnd]>();
    const arrive = (fault?: Error) =>
      begun.resolve({
        success: (end) => closed.resolve(["success", end]),
        failure: (end) => {
          closed.resolve(["failure", end]);
          if (fault) throw fault;
        },
      });
    return { sink: { begin: () => begun.promise }, begun, arrive, closed: closed.promise };
  }

  it("is closed as a fault that says that the action did not run, if the sink is required", async () => {
    const { sink, arrive, closed } = lateSink();
    const { login, ran } = await audited({ sink, required: true }, { lookupTimeoutMs: 5 });
    await expect(login()).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
    expect(ran).toEqual([]);
    arrive();
    expect(await closed).toEqual([
      "failure",
      {
        durationMs: 5,
        outcome: "fault",
        reason: "the action did not run: the audit sink began this entry after its time limit",
        error: { class: "BookendError", code: "AUDIT_UNAVAILABLE" },
      },
    ]);
  });

  it.each<[string, () => Outcome | undefined, object]>([
    ["success", () => undefined, { outcome: "done" }],
    ["failure", () => failed("no"), { outcome: "failed", reason: "no" }],
  ])("is closed with the result of the action (%s), if the sink is not required", async (method, act, end) => {
    const { sink, arrive, closed } = lateSink();
    const { login, ran } = await audited(sink, { lookupTimeoutMs: 5 }, { act });
    expect((await login()).status).toBe(200);
    expect(ran).toEqual(["act"]);
    arrive();
    expect(await closed).toMatchObject([method, end]);
  });

  it("is closed with the result of the action if it arrives while the action runs", async () => {
    const { sink, arrive, closed } = lateSink();
    const { login } = await audited(sink, { lookupTimeoutMs: 5 }, { act: () => void arrive() });
    await login();
    expect(await closed).toMatchObject(["success", { outcome: "done" }]);
  });

  it.each<[string, (late: ReturnType<typeof lateSink>) => void]>([
    ["`begin` rejects", ({ begun }) => begun.resolve(Promise.reject(new Error("full")) as never)],
    ["it is not a record", ({ begun }) => begun.resolve(undefined as never)],
  ])("is a failure that does not end the process if %s while the action runs", async (_, end) => {
    const late = lateSink();
    const running = deferred<void>();
    const goOn = deferred<undefined>();
    const act = () => {
      running.resolve();
      return goOn.promise;
    };
    const { login, logged, failures } = await audited(late.sink, { lookupTimeoutMs: 5 }, { act });
    const answer = login();
    await running.promise;
    // outside the action, whose own rejections are contained
    end(late);
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", onUnhandled);
    // a rejection is reported after the microtasks of its turn
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", onUnhandled);
    goOn.resolve(undefined);
    expect((await answer).status).toBe(200);
    expect(unhandled).toEqual([]);
    await failures[1].promise;
    expect(logged).toEqual(["the audit sink failed", "the audit sink failed"]);
  });

  it.each<[string, (late: ReturnType<typeof lateSink>) => void]>([
    ["it cannot be closed", ({ arrive }) => arrive(new Error("full"))],
    ["`begin` rejects in the end", ({ begun }) => begun.resolve(Promise.reject(new Error("full")) as never)],
    ["it is not a record", ({ begun }) => begun.resolve(undefined as never)],
  ])("is a failure that is logged if %s", async (_, end) => {
    const late = lateSink();
    const { login, logged, failures } = await audited({ sink: late.sink, required: true }, { lookupTimeoutMs: 5 });
    await expect(login()).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
    end(late);
    await failures[1].promise;
    expect(logged).toEqual(["the audit sink failed", "the audit sink failed"]);
  });
});

describe("an audit sink that has a field `sink`", () => {
  it("receives the entries itself", async () => {
    const inner = memoryAudit();
    const labels: string[] = [];
    const outer = {
      sink: inner,
      begin(start: Parameters<AuditSink["begin"]>[0]) {
        labels.push(start.action);
        return inner.begin(start);
      },
    };
    const { login } = await audited(outer);
    await login();
    expect(labels).toEqual(["PRE-EVENT login>>Probe:act"]);
    expect(inner.entries).toHaveLength(1);
  });
});
