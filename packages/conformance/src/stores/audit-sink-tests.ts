import { deepEqual, equal, ok } from "node:assert/strict";
import type { AuditCall, AuditSink, AuditStart } from "@bookend/core";
import type { ConformanceTest } from "../conformance-test.js";
import { type Opened, storeTests } from "./store-tests.js";

/** The fields of an entry that a test reads. */
export interface ReadAuditEntry {
  readonly id: string;
  /** The id of the call; null or undefined for a call itself. */
  readonly parent?: string | null | undefined;
  readonly success: boolean;
  readonly action: string;
}

/** An audit sink without entries, and a function that reads it. */
export type OpenedAudit = Opened<{
  readonly audit: AuditSink;
  /** All entries: those of actions, and those of calls if the sink stores them. */
  readonly read: () => Promise<readonly ReadAuditEntry[]> | readonly ReadAuditEntry[];
}>;

/** Returns the tests of an audit sink. `open` creates an empty one for each test. */
export function auditSinkTests(open: () => Promise<OpenedAudit> | OpenedAudit): readonly ConformanceTest[] {
  return storeTests(open, {
    "begins empty": async ({ read }) => {
      deepEqual(await read(), []);
    },
    "keeps the entry of an action when it ends, as success or failure": async ({ audit, read }) => {
      const success = await audit.begin(startOf("1"));
      const failure = await audit.begin(startOf("2"));
      await success.success({ durationMs: 1.5, outcome: "done", details: { text: "Grüße 🙂", nested: [1, null] } });
      await failure.failure({ durationMs: 2, outcome: "fault", error: { class: "TypeError", code: "UNKNOWN" } });
      const entries = await read();
      deepEqual(entries.map(({ id, parent, success: succeeded }) => [id, parent, succeeded]).sort(), [
        ["entry-1", "call-1", true],
        ["entry-2", "call-1", false],
      ]);
      ok(entries.every(({ action }) => action === startOf("1").action));
    },
    "keeps the entry of a call, if it accepts calls": async ({ audit, read }) => {
      if (!audit.call) return;
      await audit.call(callOf("1"));
      const [entry] = await read();
      equal(entry?.id, "call-1");
      equal(entry?.parent ?? null, null);
      equal(entry?.action, "POST /kit/call");
    },
    "keeps hostile strings": async ({ audit, read }) => {
      const text = "'; drop table audit; --\u0000\ud800\r\n\u202e🙂";
      const record = await audit.begin({ ...startOf("1"), bindingName: text, userAgent: text, serial: text });
      await record.failure({ durationMs: 1, outcome: "failed", reason: text });
      equal((await read()).length, 1);
    },
    "loses none of a hundred concurrent entries": async ({ audit, read }) => {
      const ids = Array.from({ length: 100 }, (_, index) => String(index));
      await Promise.all(
        ids.map(async (id) => (await audit.begin(startOf(id))).success({ durationMs: 1, outcome: "done" })),
      );
      deepEqual((await read()).map(({ id }) => id).sort(), ids.map((id) => `entry-${id}`).sort());
    },
  });
}

function startOf(id: string): AuditStart {
  return {
    id: `entry-${id}`,
    parent: "call-1",
    action: "POST-EVENT kit_call>>Kit:act",
    event: "kit_call",
    position: "post",
    handler: "Kit",
    handlerAction: "act",
    bindingId: 1,
    bindingName: "kit",
    startedAt: new Date("2030-01-02T03:04:05.678Z"),
  };
}

function callOf(id: string): AuditCall {
  return {
    id: `call-${id}`,
    action: "POST /kit/call",
    event: "kit_call",
    success: true,
    startedAt: new Date("2030-01-02T03:04:05.678Z"),
    durationMs: 12.5,
  };
}
