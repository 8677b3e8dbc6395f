const names = [
  "serial",
  "user",
  "realm",
  "event",
  "action",
  "handlermodule",
  "binding",
  "from",
  "to",
  "entry",
] as const;

/** The search parameters of the audit log. */
export type AuditSearch = { readonly [Name in (typeof names)[number]]?: string } & {
  readonly success?: "true" | "false";
};

/** Reads filters from an address; values that are not valid are ignored. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const found = names.flatMap((name) => {
    const value = search[name];
    const text = typeof value === "string" || typeof value === "number" ? String(value).slice(0, 200) : "";
    return text === "" ? [] : [[name, text]];
  });
  const success = String(search.success ?? "");
  return { ...Object.fromEntries(found), ...((success === "true" || success === "false") && { success }) };
}
