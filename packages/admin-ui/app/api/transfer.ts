import { call, type Problem } from "./http.ts";

/** The result of an import for one binding. */
export interface ImportedBinding {
  readonly id: number;
  readonly name: string;
  readonly outcome: string;
  readonly active: boolean;
  readonly problems: readonly Problem[];
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly changed_secrets?: readonly string[];
}

/** The result of an import, or of its preview. */
export interface ImportReport {
  readonly bindings: readonly ImportedBinding[];
  readonly removed: readonly { readonly id: number; readonly name: string }[];
  readonly ignored: readonly string[];
}

/** Options of an import. */
export interface ImportOptions {
  readonly mode: string;
  readonly inactive: boolean;
  readonly dryRun: boolean;
}

/** Returns all bindings without ids and secrets, and how many secrets are masked. */
export async function exportBindings(): Promise<{ document: unknown; masked: number }> {
  const { value, detail } = await call("GET", "/export");
  return { document: value, masked: Array.isArray(detail.masked) ? detail.masked.length : 0 };
}

/** Imports a file and returns what was changed. With `dryRun`, only returns what would be changed. */
export async function importBindings(text: string, { mode, inactive, dryRun }: ImportOptions): Promise<ImportReport> {
  const { detail } = await call("POST", "/import", {
    query: { mode, inactive, dry_run: dryRun },
    body: text,
    type: typeOf(text),
  });
  const { bindings = [], removed = [], ignored = [] } = detail as Partial<ImportReport>;
  return { bindings, removed, ignored };
}

function typeOf(text: string): string {
  try {
    JSON.parse(text);
    return "application/json";
  } catch {
    // exports of privacyIDEA are Python literals or YAML
    return /^\s*[[{]\s*['"{]/.test(text) ? "text/x-python" : "application/yaml";
  }
}
