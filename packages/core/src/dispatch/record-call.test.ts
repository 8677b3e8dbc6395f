import { describe, expect, it } from "vitest";
import { type AuditCall, type AuditSink, createBookend, memoryAudit, memoryBindings } from "../index.js";

const entry: AuditCall = { id: "1", action: "POST /x", success: true, startedAt: new Date(0), durationMs: 1 };
const failing: AuditSink = {
  begin: () => ({ success: () => undefined, failure: () => undefined }),
  call: () => Promise.reject(new Error("full")),
};
const bookendOf = (audit: AuditSink | { sink: AuditSink; required: boolean }, messages: string[] = []) => {
  const note = (_: object, message: string) => void messages.push(message);
  const logger = { debug: note, info: note, warn: note, error: note };
  return createBookend({ handlers: [], bindings: memoryBindings(), audit, logger });
};

describe("recordCall", () => {
  it("passes the entry of a call to the sink", async () => {
    const audit = memoryAudit({ capacity: 2 });
    const bookend = bookendOf(audit);
    for (const id of ["1", "2", "3"]) await bookend.recordCall({ ...entry, id });
    expect(audit.calls.map(({ id }) => id)).toEqual(["2", "3"]);
    audit.clear();
    expect(audit.calls).toEqual([]);
  });

  it("logs a failure of the sink, and fails only if the sink is required", async () => {
    const messages: string[] = [];
    await expect(bookendOf(failing, messages).recordCall(entry)).resolves.toBeUndefined();
    expect(messages).toEqual(["the audit sink failed"]);
    const required = bookendOf({ sink: failing, required: true });
    await expect(required.recordCall(entry)).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
  });

  it.each([true, false])("does not wait forever for a sink that never responds (required: %s)", async (required) => {
    const sink: AuditSink = { ...failing, call: () => new Promise(() => undefined) };
    const audit = { sink, required };
    const bookend = createBookend({ handlers: [], bindings: memoryBindings(), audit, lookupTimeoutMs: 5 });
    const recorded = bookend.recordCall(entry).then(
      () => "written or abandoned",
      ({ code }) => code,
    );
    expect(await recorded).toBe(required ? "AUDIT_UNAVAILABLE" : "written or abandoned");
  });

  it("omits calls if the sink accepts only entries of actions", async () => {
    const { begin } = memoryAudit();
    await expect(bookendOf({ sink: { begin }, required: true }).recordCall(entry)).resolves.toBeUndefined();
  });
});
