import type { Problem } from "./client-error.js";
import type { Connection } from "./connection.js";
import type {
  Binding,
  BindingChanges,
  BindingFields,
  BindingQuery,
  BulkRequest,
  BulkResult,
  Export,
  HistoryEntry,
  HistoryQuery,
  Imported,
  ImportOptions,
  RestoreRequest,
} from "./types.js";

/** A page of bindings. */
export interface BindingPage {
  readonly bindings: readonly Binding[];
  /** The number of bindings on all pages. */
  readonly count: number;
  /** The revision of all bindings, which changes whenever a binding changes. */
  readonly revision: string;
}

/** A page of the history. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** The number of entries on all pages. */
  readonly count: number;
}

/** A saved binding, with warnings about probable mistakes. */
export interface SavedBinding {
  readonly binding: Binding;
  readonly warnings: readonly Problem[];
}

/** A document with bindings, and its media type: YAML, or a Python literal as privacyIDEA writes it. */
export interface TextDocument {
  readonly text: string;
  readonly type: "application/json" | "application/yaml" | "text/x-python";
}

/**
 * The revision that a change is based on. If the binding has a different revision, the change is refused with status
 * 409.
 */
export interface Conditional {
  readonly revision?: number | undefined;
}

/** Functions for bindings. */
export interface BindingsClient {
  /** Returns all bindings, in the order in which they run. */
  all(): Promise<readonly Binding[]>;
  /** Returns a page of the matching bindings. */
  list(query?: BindingQuery): Promise<BindingPage>;
  get(id: number): Promise<Binding>;
  /** Adds a binding. An error names missing fields. */
  add(fields: BindingFields): Promise<SavedBinding>;
  /** Changes the given fields, and within options and conditions only the given ones. */
  patch(id: number, changes: BindingChanges): Promise<SavedBinding>;
  enable(id: number, conditional?: Conditional): Promise<void>;
  disable(id: number, conditional?: Conditional): Promise<void>;
  delete(id: number, conditional?: Conditional): Promise<void>;
  copy(id: number, options?: { readonly name?: string; readonly active?: boolean }): Promise<SavedBinding>;
  /** Sets the ordering of several bindings. With the `revision` of a page, this is refused if any binding has changed. */
  order(
    order: readonly { readonly id: number; readonly ordering: number }[],
    options?: { readonly revision?: string },
  ): Promise<{ readonly bindings: readonly Binding[]; readonly revision: string }>;
  /** Enables, disables or deletes several bindings: either all or none. */
  bulk(request: BulkRequest): Promise<BulkResult>;
  /** Lists changes of one or all bindings, newest first. */
  history(id?: number, query?: HistoryQuery): Promise<HistoryPage>;
  /** Restores a binding to its state in an entry of the history. A deleted binding gets its former id back. */
  restore(id: number, request: RestoreRequest): Promise<SavedBinding>;
  export(): Promise<Export>;
  /** Imports an export of this API, or a document in privacyIDEA's format. */
  import(document: readonly object[] | TextDocument, options?: ImportOptions): Promise<Imported>;
}

/** Returns the functions for bindings. */
export function bindingsClient({ api, answer, value }: Connection): BindingsClient {
  const path = (id: number) => ({ path: { id } });
  const get = async (id: number): Promise<Binding> => {
    const [binding] = await value(api.GET("/{id}", { params: path(id) }));
    return binding as Binding;
  };
  const saved = ({ value: binding, detail }: { value: Binding; detail: { warnings: readonly Problem[] } }) => ({
    binding,
    warnings: detail.warnings,
  });
  const revisionOf = ({ revision }: Conditional) => (revision === undefined ? {} : { revision });
  return {
    get,
    all: () => value(api.GET("/")),
    async list(query = {}) {
      const { page = 1, ...rest } = query;
      const { value: bindings, detail } = await answer(api.GET("/", { params: { query: { ...rest, page } } }));
      return { bindings, count: detail.count ?? bindings.length, revision: detail.revision ?? "" };
    },
    async add(body) {
      const { value: id, detail } = await answer(api.POST("/", { body }));
      return { binding: await get(id), warnings: detail.warnings };
    },
    patch: async (id, body) => saved(await answer(api.PATCH("/{id}", { params: path(id), body }))),
    async enable(id, conditional = {}) {
      await value(api.POST("/enable/{id}", { params: path(id), body: revisionOf(conditional) }));
    },
    async disable(id, conditional = {}) {
      await value(api.POST("/disable/{id}", { params: path(id), body: revisionOf(conditional) }));
    },
    async delete(id, conditional = {}) {
      await value(api.DELETE("/{id}", { params: { ...path(id), query: revisionOf(conditional) } }));
    },
    copy: async (id, body = {}) => saved(await answer(api.POST("/{id}/copy", { params: path(id), body }))),
    async order(order, options = {}) {
      const { value: bindings, detail } = await answer(api.POST("/order", { body: { order: [...order], ...options } }));
      return { bindings, revision: detail.revision };
    },
    bulk: (body) => value(api.POST("/bulk", { body })),
    async history(id, query = {}) {
      const { value: entries, detail } = await (id === undefined
        ? answer(api.GET("/history", { params: { query } }))
        : answer(api.GET("/{id}/history", { params: { ...path(id), query } })));
      return { entries, count: detail.count };
    },
    restore: async (id, body) => saved(await answer(api.POST("/{id}/restore", { params: path(id), body }))),
    async export() {
      const { value: exported, detail } = await answer(api.GET("/export"));
      return { ...exported, ...detail };
    },
    async import(document, options = {}) {
      if ("text" in document) {
        const request = api.POST("/import", {
          // if the document is a string, the settings are in the query
          params: { query: options },
          body: document.text as never,
          bodySerializer: (text) => text as unknown as string,
          headers: { "content-type": document.type },
        });
        return (await answer(request)).detail;
      }
      const bindings = [...document] as never[];
      return (await answer(api.POST("/import", { body: { format: "bookend", ...options, bindings } }))).detail;
    },
  };
}
