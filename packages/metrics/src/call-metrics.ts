import type { ActionTrace, AuditTrace, BindingsTrace, CallTrace, UnknownConditionTrace } from "@bookend/core";
import { Counter, Gauge, Histogram } from "prom-client";
import { cappedLabel } from "./capped-label.js";
import type { Channels } from "./channels.js";
import { type MetricsContext, shared } from "./metrics-context.js";
import type { ObservedCheckpoint, ReadCheckpoint } from "./observed-audit.js";

/** The message of a tracing channel, which adds the thrown error. */
type Ended<T> = T & { readonly error?: unknown };

/** Maximum number of events with separate series. */
const maxEvents = 500;

/** Registers the metrics of calls, actions and conditions. */
export function callMetrics(channels: Channels, { registers }: MetricsContext): void {
  const calls = new Counter({
    name: "bookend_calls_total",
    help: "Calls of events that have active bindings.",
    labelNames: ["event"],
    registers,
  });
  const actions = new Counter({
    name: "bookend_actions_total",
    help: "Actions that ended, by outcome: done, skipped, failed, fault, aborted.",
    labelNames: ["handler", "action", "outcome"],
    registers,
  });
  const durations = new Histogram({
    name: "bookend_action_duration_seconds",
    help: "How long actions took.",
    labelNames: ["handler", "action"],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    registers,
  });
  const unknown = new Counter({
    name: "bookend_condition_unknown_total",
    help: "Conditions that were evaluated for a call that has no value to compare.",
    labelNames: ["condition"],
    registers,
  });
  const event = cappedLabel(maxEvents);
  const started = new WeakMap<object, number>();
  channels.on<CallTrace>("tracing:bookend.call:start", ({ call }) => calls.inc({ event: event(call.event) }));
  channels.on<ActionTrace>("tracing:bookend.action:start", (trace) => {
    started.set(trace, performance.now());
  });
  channels.on<Ended<ActionTrace>>("tracing:bookend.action:asyncEnd", (trace) => {
    const [handler, action] = namesOf(trace.action);
    actions.inc({ handler, action, outcome: trace.outcome ?? outcomeOf(trace.error) });
    const since = started.get(trace);
    if (since !== undefined) durations.observe({ handler, action }, (performance.now() - since) / 1_000);
  });
  channels.on<UnknownConditionTrace>("bookend.condition.unknown", ({ condition }) => unknown.inc({ condition }));
}

/** Registers the metrics of the bindings, which are summed over all Bookends in this process. */
export function bindingMetrics(channels: Channels, { registers }: MetricsContext): void {
  const inForce = new Map<object, BindingsTrace>();
  const sum = (of: (trace: BindingsTrace) => number) => [...inForce.values()].reduce((all, one) => all + of(one), 0);
  new Gauge({
    name: "bookend_bindings",
    help: "Bindings in the current plan.",
    labelNames: ["active"],
    registers,
    collect() {
      this.set(
        { active: "true" },
        sum(({ active }) => active),
      );
      this.set(
        { active: "false" },
        sum(({ inactive }) => inactive),
      );
    },
  });
  new Gauge({
    name: "bookend_bindings_broken",
    help: "Active bindings that cannot run.",
    registers,
    collect() {
      this.set(sum(({ broken }) => broken));
    },
  });
  const reloads = new Histogram({
    name: "bookend_plan_reload_seconds",
    help: "How long reading and compiling the bindings took.",
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    registers,
  });
  channels.on<BindingsTrace>("bookend.bindings", (trace) => {
    // closing a Bookend publishes that it has no bindings, with a duration of 0
    const closed = trace.durationMs === 0 && trace.active + trace.inactive === 0;
    if (closed) inForce.delete(trace.source);
    else {
      inForce.set(trace.source, trace);
      reloads.observe(trace.durationMs / 1_000);
    }
  });
}

/** Registers the metrics of the audit log. */
export function auditMetrics(
  channels: Channels,
  { registers, clock, read }: MetricsContext,
  lastCheckpoint: ReadCheckpoint | undefined,
): void {
  const appends = new Histogram({
    name: "bookend_audit_append_seconds",
    help: "How long the audit log took to write the entries of a call, or one entry.",
    buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });
  const failures = new Counter({
    name: "bookend_audit_failed_total",
    help: "Writes to the audit log that failed; each can cover several entries.",
    registers,
  });
  channels.on<AuditTrace>("bookend.audit", ({ outcome, durationMs }) => {
    if (outcome === "failed") failures.inc();
    else if (durationMs !== undefined) appends.observe(durationMs / 1_000);
  });
  if (lastCheckpoint === undefined) return;
  const last = shared(() => read(async () => lastCheckpoint()));
  const gauge = (name: string, help: string, of: (checkpoint: ObservedCheckpoint) => number) =>
    new Gauge({
      name,
      help,
      registers,
      aggregator: "first",
      async collect() {
        const checkpoint = await last();
        // it is better to report no value than an outdated one
        this.remove();
        if (checkpoint !== undefined) this.set(of(checkpoint));
      },
    });
  gauge(
    "bookend_audit_last_checkpoint_age_seconds",
    "Time since the last signed checkpoint of the audit log.",
    ({ madeAt }) => (clock().getTime() - madeAt.getTime()) / 1_000,
  );
  gauge(
    "bookend_audit_uncovered_entries",
    "Entries of the audit log that no checkpoint covers yet.",
    ({ uncovered }) => uncovered,
  );
}

/**
 * Splits a name such as `Script:backup:daily.sh` into handler and action: the name of an action may contain colons, the
 * id of a handler may not.
 */
function namesOf(label: string): readonly [handler: string, action: string] {
  const colon = label.indexOf(":");
  return [label.slice(0, colon), label.slice(colon + 1)];
}

function outcomeOf(error: unknown): string {
  const aborts = typeof error === "object" && error !== null && "name" in error && error.name === "AbortCall";
  return aborts ? "aborted" : "fault";
}
