import type { ImportMode } from "@bookend/core";
import { flagOf } from "../binding-fields.js";
import { parameterError } from "../errors.js";
import { type Fields, fromJson, isRecord, refuseUnknown, wrong } from "../fields.js";
import { ownFormat } from "./export-bindings.js";

/** The bindings to import, and the settings of the import. */
export interface ImportDocument {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  /** Whether the document has no `format`, as in exports of privacyIDEA. */
  readonly foreign: boolean;
  /** Names of the parts of a privacyIDEA export other than bindings. */
  readonly ignored: readonly string[];
  readonly mode: ImportMode;
  readonly inactive: boolean;
  readonly strict: boolean;
  readonly dryRun: boolean;
  readonly state: string | undefined;
}

const settings = ["mode", "inactive", "strict", "dry_run", "state"] as const;

const modes: readonly string[] = ["merge", "add", "prune", "replace"] satisfies readonly ImportMode[];

/**
 * Reads the posted document: Bookend's own export, the complete response that contained it, a list of bindings in
 * privacyIDEA's format, or a configuration that privacyIDEA exported.
 *
 * @throws {AdminError} 400
 */
export function readDocument(query: Fields, body: Fields): ImportDocument {
  refuseUnknown(query, settings);
  const document = withoutEnvelope(body);
  const { mode = query.mode ?? "merge", state = query.state } = document;
  if (!isMode(mode)) throw wrong("mode", mode, modes.join(", "));
  if (state !== undefined && typeof state !== "string")
    throw wrong("state", state, "the state that a dry run returned");
  const setting = (name: "inactive" | "strict" | "dry_run"): boolean => {
    const given = document[name] ?? query[name] ?? false;
    const value = flagOf(given);
    if (typeof value !== "boolean") throw wrong(name, given, "true, false");
    return value;
  };
  const { format } = document;
  const foreign = format === undefined;
  if (!foreign && format !== ownFormat) throw wrong("format", format, ownFormat);
  const isConfiguration = foreign && document.event !== undefined && document.bindings === undefined;
  const field = isConfiguration ? "event" : "bindings";
  if (!isConfiguration) refuseUnknown(document, [...settings, "format", "bindings"]);
  const list = fromJson(document[field], field);
  if (!Array.isArray(list)) throw wrong(field, list, "a list of bindings");
  const items = list.map((item: unknown, index) => {
    if (!isRecord(item)) throw wrong(`${field}.${index}`, item, "an object");
    return item;
  });
  const others = isConfiguration ? Object.keys(document).filter((name) => !known.has(name)) : [];
  return {
    items,
    foreign,
    ignored: others,
    mode,
    state,
    inactive: setting("inactive"),
    strict: setting("strict"),
    dryRun: setting("dry_run"),
  };
}

const known: ReadonlySet<string> = new Set(["event", ...settings]);

/**
 * Returns the document in a complete response to `GET /event/export`, with the settings that were added to the
 * response; any other body is returned unchanged.
 */
function withoutEnvelope(body: Fields): Fields {
  const { jsonrpc, result } = body;
  if (jsonrpc === undefined || !isRecord(result)) return body;
  if (!isRecord(result.value)) throw parameterError("The body is the response to a request other than an export.");
  const given = settings.filter((name) => body[name] !== undefined).map((name) => [name, body[name]] as const);
  return { ...result.value, ...Object.fromEntries(given) };
}

function isMode(value: unknown): value is ImportMode {
  return typeof value === "string" && modes.includes(value);
}
