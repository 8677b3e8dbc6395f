import { CliError } from "../cli-error.js";
import type {
  BacktestEvent,
  BindingItem,
  BindingProblem,
  Export,
  ExportedBinding,
  ImportedItem,
  ImportReport,
  ImportSettings,
  Page,
  Parameters,
  Target,
} from "./target.js";
import { type Answer, isRecord, readAnswer, type Send } from "./transport.js";

/** Bindings of one page of a list. */
const pageSize = 1_000;

/** The management API as the commands use it. */
export function apiTarget(label: string, send: Send, close: () => Promise<void>): Target {
  const ask = async (method: string, path: string, query: Parameters = {}, body?: Parameters): Promise<Answer> => {
    const response = await send(path + queryOf(query), {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    return readAnswer(response, label);
  };
  const report = ({ detail }: Answer): ImportReport => {
    const { bindings = [], removed = [], ignored = [], state } = detail;
    if (typeof state !== "string") {
      throw new CliError("failed", `${label} cannot plan imports: its version is older than this command line.`);
    }
    return {
      bindings: bindings as readonly ImportedItem[],
      removed: removed as ImportReport["removed"],
      ignored: ignored as readonly string[],
      state,
    };
  };
  return {
    label,
    close,
    async list(filter) {
      const query: Parameters = { ...filter };
      if (Object.values(query).every((value) => value === undefined)) {
        return (await ask("GET", "")).value as readonly BindingItem[];
      }
      const found: BindingItem[] = [];
      for (let page = 1; ; page++) {
        const { value, detail } = await ask("GET", "", { ...query, page, page_size: pageSize });
        const items = value as readonly BindingItem[];
        found.push(...items);
        if (items.length < pageSize || found.length >= Number(detail.count)) return found;
      }
    },
    async get(id) {
      const [binding] = (await ask("GET", String(id))).value as readonly BindingItem[];
      return binding as BindingItem;
    },
    async setActive(ids, active) {
      const [only] = ids;
      const operation = active ? "enable" : "disable";
      if (ids.length === 1) await ask("POST", `${operation}/${only}`);
      else await ask("POST", "bulk", {}, { operation, ids });
    },
    async remove(ids) {
      const [only] = ids;
      if (ids.length === 1) await ask("DELETE", String(only));
      else await ask("POST", "bulk", {}, { operation: "delete", ids });
    },
    async copy(id, name) {
      return (await ask("POST", `${id}/copy`, {}, name === undefined ? {} : { name })).value as BindingItem;
    },
    async history(id, size) {
      const path = id === undefined ? "history" : `${id}/history`;
      return (await ask("GET", path, { page_size: size })).value as readonly Parameters[];
    },
    async check() {
      const { value } = await ask("POST", "check");
      return isRecord(value) ? (value.problems as readonly BindingProblem[]) : [];
    },
    async export() {
      const { value, detail } = await ask("GET", "export");
      const { bindings } = value as { readonly bindings: readonly ExportedBinding[] };
      return { bindings, masked: (detail.masked ?? []) as Export["masked"] };
    },
    async import(bindings, settings) {
      return report(await ask("POST", "import", settingsOf(settings), { format: "bookend", bindings }));
    },
    async importForeign({ text, type }, settings) {
      const response = await send(`import${queryOf(settingsOf(settings))}`, {
        method: "POST",
        body: text,
        headers: { "content-type": type },
      });
      return report(await readAnswer(response, label));
    },
    async explain(call) {
      return (await ask("POST", "explain", {}, call)).value as Parameters;
    },
    async preview(request) {
      return (await ask("POST", "preview", {}, request)).value as Parameters;
    },
    async *backtest(request) {
      const response = await send("backtest", {
        method: "POST",
        body: JSON.stringify(request),
        headers: { "content-type": "application/json" },
      });
      if (!response.ok || response.body === null) {
        await readAnswer(response, label);
        return;
      }
      yield* linesOf(response.body);
    },
    async handlers() {
      const { value } = await ask("GET", "describe");
      return isRecord(value) ? (value.handlers as readonly Parameters[]) : [];
    },
    async read(path, query): Promise<Page> {
      const { value, detail } = await ask("GET", path, query);
      return { items: (Array.isArray(value) ? value : [value]) as readonly Parameters[], detail };
    },
    async change(path, body) {
      return (await ask("POST", path, {}, body)).value;
    },
  };
}

function settingsOf({ mode, inactive, strict, dryRun, state }: ImportSettings): Parameters {
  return { mode, inactive, strict, dry_run: dryRun, state };
}

function queryOf(query: Parameters): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const parameters = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return given.length === 0 ? "" : `?${parameters}`;
}

/** Longest line of a stream. */
const maxLine = 1024 * 1024;

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncIterable<BacktestEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLine) throw new CliError("failed", "The answer of the server has a line that is too long.");
    for (const line of lines) if (line !== "") yield JSON.parse(line) as BacktestEvent;
  }
  if (rest !== "") yield JSON.parse(rest) as BacktestEvent;
}
