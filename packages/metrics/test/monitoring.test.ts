import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { collectDefaultMetrics, Registry } from "prom-client";
import { expect, test } from "vitest";
import { bookendMetrics } from "../src/index.js";

const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");

const registry = new Registry();
collectDefaultMetrics({ register: registry });
const before = new Set(registry.getMetricsAsArray().map(({ name }) => name));
const metrics = bookendMetrics({
  registry,
  lastCheckpoint: () => undefined,
  outbox: { counts: async () => ({}), destinations: async () => ({ destinations: [] }) },
});
const all = registry.getMetricsAsArray().map(({ name }) => name);
const own = all.filter((name) => !before.has(name));
metrics.close();

/** Returns the names of the metrics that a string mentions; a series of a histogram counts as the histogram. */
function mentioned(text: string): readonly string[] {
  const names = text.match(/\b(bookend|nodejs|process)_[a-z0-9_]+/g) ?? [];
  return [...new Set(names.map((name) => (all.includes(name) ? name : name.replace(/_(bucket|sum|count)$/, ""))))];
}

test.each(["grafana-dashboard.json", "alerts.yml"])(
  "%s mentions only metrics that exist, and all metrics of Bookend for which it needs a panel or an alert",
  (file) => {
    const names = mentioned(read(`../../../monitoring/${file}`));
    expect(names.filter((name) => !all.includes(name))).toEqual([]);
    // no alert uses these
    const quiet = [
      "bookend_calls_total",
      "bookend_bindings",
      "bookend_condition_unknown_total",
      "bookend_delivery_duration_seconds",
    ];
    expect(own.filter((name) => !names.includes(name) && !(file === "alerts.yml" && quiet.includes(name)))).toEqual([]);
  },
);

test("every panel of the dashboard queries a metric", () => {
  const { panels } = JSON.parse(read("../../../monitoring/grafana-dashboard.json")) as {
    panels: readonly { type: string; title: string; targets?: readonly { expr: string }[] }[];
  };
  for (const { type, title, targets = [] } of panels.filter((panel) => panel.type !== "row")) {
    expect([type, title, targets.length > 0 && targets.every(({ expr }) => mentioned(expr).length > 0)]).toEqual([
      type,
      title,
      true,
    ]);
  }
});

test("the README lists every metric with its type and labels", () => {
  const rows = [...read("../README.md").matchAll(/^\| `(bookend_\w+)` \| (\w+) \|([^|]*)\|/gm)];
  const listed = rows.map(([, name, type, labels = ""]) => [name, type, labels.replaceAll("`", "").trim()]);
  const fresh = new Registry();
  const outbox = { counts: async () => ({}), destinations: async () => ({ destinations: [] }) };
  const { close } = bookendMetrics({ registry: fresh, lastCheckpoint: () => undefined, outbox });
  const found = fresh.getMetricsAsArray().map((metric) => {
    const labels: readonly string[] = "labelNames" in metric ? (metric.labelNames as readonly string[]) : [];
    const type = metric.constructor.name.toLowerCase();
    return [metric.name, type, labels.filter((label) => label !== "le").join(", ")];
  });
  close();
  expect(listed.sort()).toEqual(found.sort());
});

test("an old checkpoint triggers an alert only if entries were written after it", () => {
  const alerts = read("../../../monitoring/alerts.yml");
  const [, expression = ""] = /alert: BookendCheckpointOld\n\s+expr: (.*)/.exec(alerts) ?? [];
  expect(expression).toMatch(/last_checkpoint_age_seconds\) > \d+ and .*bookend_audit_uncovered_entries\) > 0$/);
});
