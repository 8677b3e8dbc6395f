import { clean } from "../output/table.js";
import { countsOf, type MigratedServer, type MigrationReport } from "./migration-report.js";

/** Returns a report for people. */
export function textReport(report: MigrationReport): string {
  const lines: string[] = [];
  for (const { name, outcome, active, errors, notes, meaning } of report.bindings) {
    lines.push(`${clean(name)}: ${outcome}${active ? "" : " (disabled)"}`);
    lines.push(...errors.map((message) => `  error: ${clean(message)}`));
    lines.push(...meaning.map(({ field, message }) => `  ${field}: ${message}.`));
    lines.push(...notes.map((message) => `  note: ${clean(message)}`));
  }
  for (const name of report.removed) lines.push(`${clean(name)}: removed`);
  if (report.servers.length > 0) lines.push("", "Servers that bindings name:");
  for (const server of report.servers) lines.push(`  ${clean(serverLine(server))}`);
  if (report.ignored.length > 0)
    lines.push("", `Not migrated, since these are not bindings: ${report.ignored.map(clean).join(", ")}.`);
  return `${[...lines, "", summary(report)].join("\n")}\n`;
}

/** Formats a summary: `38 bindings: 30 carried over, …`. */
export function summary(report: MigrationReport): string {
  const counts = countsOf(report);
  const parts = Object.entries(counts).map(([outcome, number]) => `${number} ${outcome}`);
  return `${report.bindings.length} bindings: ${parts.join(", ")}.${report.dryRun ? " Nothing was changed." : ""}`;
}

function serverLine({ kind, name, state, reason, bindings }: MigratedServer): string {
  const why = reason === undefined ? "" : ` (${reason})`;
  return `${kind} ${JSON.stringify(name)}: ${state}${why}. Named by ${bindings.join(", ")}.`;
}

/** Returns a report as a self-contained HTML page. All values from the export are escaped. */
export function htmlReport(report: MigrationReport): string {
  const rows = report.bindings.map(({ name, outcome, active, errors, notes, meaning }) => {
    const items = [
      ...errors.map((message) => `<li class="error">${escapeHtml(message)}</li>`),
      ...meaning.map(({ field, message }) => `<li><code>${escapeHtml(field)}</code>: ${escapeHtml(message)}.</li>`),
      ...notes.map((message) => `<li>${escapeHtml(message)}</li>`),
    ];
    const list = items.length > 0 ? `<ul>${items.join("")}</ul>` : "";
    return `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(outcome)}</td><td>${active ? "on" : "off"}</td><td>${list}</td></tr>`;
  });
  const servers = report.servers.map((server) => `<li>${escapeHtml(serverLine(server))}</li>`);
  const removed = report.removed.map((name) => `<li>${escapeHtml(name)}</li>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Import from privacyIDEA</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; color: #1a1a1a; background: #fff }
table { border-collapse: collapse }
th, td { border: 1px solid #767676; padding: .3rem .6rem; text-align: left; vertical-align: top }
.error { color: #a40000 }
</style>
<h1>Import from privacyIDEA</h1>
<p>${escapeHtml(summary(report))}</p>
<table>
<thead><tr><th scope="col">Binding</th><th scope="col">Outcome</th><th scope="col">Active</th><th scope="col">Details</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
${section("Servers that bindings name", servers)}${section("Removed", removed)}${section(
  "Not migrated, since these are not bindings",
  report.ignored.map((name) => `<li>${escapeHtml(name)}</li>`),
)}</html>
`;
}

function section(title: string, items: readonly string[]): string {
  return items.length === 0 ? "" : `<h2>${title}</h2>\n<ul>\n${items.join("\n")}\n</ul>\n`;
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (letter) => entities[letter] as string);
}
