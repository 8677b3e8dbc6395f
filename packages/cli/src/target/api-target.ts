import { ClientError, createClient } from "@bookend/client";
import { CliError } from "../cli-error.js";
import type { BindingItem, Export, ImportReport, ImportSettings, Page, Parameters, Target } from "./target.js";
import { failureOf, isRecord, openEnvelope, type Send } from "./transport.js";

/** Number of bindings on one page of a list. */
const pageSize = 1_000;

/** The connection to a management API. */
export interface ApiTargetOptions {
  /** Name of the target in messages. */
  readonly label: string;
  /** URL of the management API, without a trailing slash. */
  readonly baseUrl: string;
  readonly token?: string | undefined;
  /** Sends requests, with its own time limits. */
  readonly send: Send;
  close(): Promise<void>;
}

/** Creates a target that uses the management API. */
export function apiTarget({ label, baseUrl, token, send, close }: ApiTargetOptions): Target {
  const client = createClient({ baseUrl, token, timeoutMs: 0, fetch: send });
  /** Converts failures to errors of the command line. */
  const withCliErrors = async <T>(request: Promise<T>): Promise<T> => {
    try {
      return await request;
    } catch (error) {
      throw failureOf(error, label);
    }
  };
  /** Calls routes for which the client has no function. */
  const request = (method: "GET" | "POST", path: string, body?: Parameters): Promise<Response> => {
    const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
    if (body !== undefined) headers.set("content-type", "application/json");
    return send(new Request(`${baseUrl}/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }));
  };
  const ask = (method: "GET" | "POST", path: string, query: Parameters = {}, body?: Parameters) =>
    withCliErrors(request(method, path + queryOf(query), body).then(openEnvelope));
  const imported = async (answer: Promise<unknown>): Promise<ImportReport> => {
    const report = await withCliErrors(answer);
    if (!isRecord(report) || typeof report.state !== "string") {
      throw new CliError("failed", `${label} cannot plan imports, since its version is older than this command line.`);
    }
    return report as unknown as ImportReport;
  };
  return {
    label,
    close,
    async list(filter) {
      const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
      if (Object.keys(given).length === 0)
        return (await withCliErrors(client.bindings.all())) as readonly BindingItem[];
      const found: BindingItem[] = [];
      for (let page = 1; ; page++) {
        const { bindings, count } = await withCliErrors(client.bindings.list({ ...given, page, page_size: pageSize }));
        found.push(...(bindings as readonly BindingItem[]));
        if (bindings.length < pageSize || found.length >= count) return found;
      }
    },
    get: async (id) => (await withCliErrors(client.bindings.get(id))) as BindingItem,
    async setActive(ids, active) {
      const [only] = ids;
      const operation = active ? "enable" : "disable";
      if (ids.length === 1 && only !== undefined) await withCliErrors(client.bindings[operation](only));
      else await withCliErrors(client.bindings.bulk({ operation, ids: [...ids] }));
    },
    async remove(ids) {
      const [only] = ids;
      if (ids.length === 1 && only !== undefined) await withCliErrors(client.bindings.delete(only));
      else await withCliErrors(client.bindings.bulk({ operation: "delete", ids: [...ids] }));
    },
    async copy(id, name) {
      return (await withCliErrors(client.bindings.copy(id, name === undefined ? {} : { name }))).binding as BindingItem;
    },
    async history(id, size) {
      const path = id === undefined ? "history" : `${id}/history`;
      return (await ask("GET", path, { page_size: size })).value as readonly Parameters[];
    },
    async check(binding) {
      const { problems, valid, omitted_problems: omitted = 0 } = await withCliErrors(client.check(binding as never));
      return { problems, valid, omitted };
    },
    export: async () => (await withCliErrors(client.bindings.export())) as Export,
    import: (bindings, settings) => imported(client.bindings.import(bindings, settingsOf(settings))),
    importForeign: (document, settings) => imported(client.bindings.import(document, settingsOf(settings))),
    explain: async (call) => (await withCliErrors(client.explain(call as never))) as unknown as Parameters,
    preview: async (body) => (await ask("POST", "preview", {}, body)).value as Parameters,
    async *backtest(body) {
      try {
        yield* client.backtest(body as never);
      } catch (error) {
        if (error instanceof SyntaxError || (error instanceof ClientError && error.status === 0)) {
          throw new CliError("serverAway", `${label} ended its response early: ${error.message}`, { cause: error });
        }
        throw failureOf(error, label);
      }
    },
    handlers: async () => (await withCliErrors(client.describe())).handlers as unknown as readonly Parameters[],
    async read(path, query): Promise<Page> {
      const { value, detail } = await ask("GET", path, query);
      return { items: (Array.isArray(value) ? value : [value]) as readonly Parameters[], detail };
    },
    change: async (path, body) => (await ask("POST", path, {}, body)).value,
  };
}

function settingsOf({ mode, inactive, strict, dryRun, state }: ImportSettings) {
  return {
    mode,
    ...(inactive !== undefined && { inactive }),
    ...(strict !== undefined && { strict }),
    ...(dryRun !== undefined && { dry_run: dryRun }),
    ...(state !== undefined && { state }),
  };
}

function queryOf(query: Parameters): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const parameters = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return given.length === 0 ? "" : `?${parameters}`;
}
