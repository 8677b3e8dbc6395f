import type { BacktestLine } from "@bookend/client";

/** A binding as the management API shows it. */
export interface BindingItem extends ExportedBinding {
  readonly id: number;
  readonly revision: number;
}

/** A binding in the format of exports. */
export interface ExportedBinding {
  readonly name: string;
  readonly active: boolean;
  readonly event: readonly string[];
  readonly handlermodule: string;
  readonly action: string;
  readonly position: string;
  readonly ordering: number;
  readonly abort_on_error: boolean | null;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly delivery?: string | undefined;
}

/** An error of a binding, or a warning about it. */
export interface BindingProblem {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

/** The problems of bindings. */
export interface CheckedBindings {
  /** The problems that fit into the response, errors first. */
  readonly problems: readonly BindingProblem[];
  /** Whether there are no errors, even among omitted problems. */
  readonly valid: boolean;
  /** The number of omitted problems. */
  readonly omitted: number;
}

/** A filter of bindings. */
export interface ListFilter {
  readonly search?: string | undefined;
  readonly event?: string | undefined;
  readonly handlermodule?: string | undefined;
  readonly action?: string | undefined;
  readonly position?: string | undefined;
  readonly active?: boolean | undefined;
  readonly problems?: boolean | undefined;
  readonly sort?: string | undefined;
}

/** All bindings, with the places where secrets are missing. */
export interface Export {
  readonly bindings: readonly ExportedBinding[];
  readonly masked: readonly { readonly name: string; readonly option: string }[];
}

/** Options of an import. */
export interface ImportSettings {
  readonly mode: "merge" | "add" | "prune" | "replace";
  readonly inactive?: boolean | undefined;
  readonly strict?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly state?: string | undefined;
}

/** The result of an import for one binding, or of its preview. */
export interface ImportedItem {
  readonly id: number;
  readonly name: string;
  readonly outcome: "added" | "updated" | "unchanged";
  readonly active: boolean;
  readonly problems: readonly BindingProblem[];
  readonly omitted_problems?: number | undefined;
  /** The binding before the import; only in a dry run. */
  readonly before?: ExportedBinding | undefined;
  /** The binding after the import; only in a dry run. */
  readonly after?: ExportedBinding | undefined;
  /** Options that change although both versions look the same, because they are secret. */
  readonly changed_secrets?: readonly string[] | undefined;
}

/** The result of an import, or of its preview. */
export interface ImportReport {
  readonly bindings: readonly ImportedItem[];
  readonly removed: readonly { readonly id: number; readonly name: string }[];
  /** Parts of an export of privacyIDEA that are not bindings. */
  readonly ignored: readonly string[];
  /** Identifies the state of all bindings before the import. */
  readonly state: string;
}

/** The text of an export of another system. */
export interface ForeignDocument {
  readonly text: string;
  readonly type: "application/json" | "application/yaml" | "text/x-python";
}

/** Parameters of a request by name. */
export type Parameters = Readonly<Record<string, unknown>>;

/** One page of a list; `detail.next` is the cursor of the next page, if there is one. */
export interface Page {
  readonly items: readonly Parameters[];
  readonly detail: Parameters;
}

/** The target of the commands: a server, or a database. */
export interface Target {
  /** Its name in messages, without passwords. */
  readonly label: string;
  list(filter: ListFilter): Promise<readonly BindingItem[]>;
  get(id: number): Promise<BindingItem>;
  setActive(ids: readonly number[], active: boolean): Promise<void>;
  remove(ids: readonly number[]): Promise<void>;
  copy(id: number, name: string | undefined): Promise<BindingItem>;
  history(id: number | undefined, pageSize: number): Promise<readonly Parameters[]>;
  /** Returns the problems of all stored bindings, or of one by its id. */
  check(binding?: { readonly id: number }): Promise<CheckedBindings>;
  export(): Promise<Export>;
  import(bindings: readonly Parameters[], settings: ImportSettings): Promise<ImportReport>;
  importForeign(document: ForeignDocument, settings: ImportSettings): Promise<ImportReport>;
  explain(call: Parameters): Promise<Parameters>;
  preview(request: Parameters): Promise<Parameters>;
  backtest(request: Parameters): AsyncIterable<BacktestLine>;
  handlers(): Promise<readonly Parameters[]>;
  /** Requests any other list: `deliveries`, `destinations`, `audit`, `calls`. */
  read(path: string, query: Parameters): Promise<Page>;
  /** Requests any other change. */
  change(path: string, body: Parameters): Promise<unknown>;
  /** Sends a request to the host itself, outside the management API; undefined for a database. */
  readonly host?: ((method: "GET" | "POST", path: string, body?: Parameters) => Promise<unknown>) | undefined;
  close(): Promise<void>;
}
