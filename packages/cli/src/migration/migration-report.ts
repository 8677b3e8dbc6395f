import type { ExportedBinding, ImportReport } from "../target/target.js";
import { isRecord } from "../target/transport.js";
import { type MeaningChange, meaningChanges } from "./meaning.js";
import type { NamedServer } from "./servers.js";

/** How a binding was migrated. `failed`: it was imported, but is disabled until it is corrected. */
export type MigrationOutcome = "carried over" | "changes meaning" | "failed";

/** The outcome of one binding. */
export interface MigratedBinding {
  readonly name: string;
  readonly outcome: MigrationOutcome;
  readonly active: boolean;
  /** Errors of the binding. */
  readonly errors: readonly string[];
  /** Warnings, and notes about rewritten fields. */
  readonly notes: readonly string[];
  readonly meaning: readonly MeaningChange[];
}

/** A server that bindings name. */
export interface MigratedServer extends Omit<NamedServer, "settings"> {
  readonly state: "to be set up" | "taken over" | "exists already";
  /** The reason why it was not set up. */
  readonly reason?: string | undefined;
}

/** The result of an import from privacyIDEA, or of its preview. */
export interface MigrationReport {
  readonly dryRun: boolean;
  readonly bindings: readonly MigratedBinding[];
  readonly removed: readonly string[];
  readonly servers: readonly MigratedServer[];
  /** Parts of the export other than bindings, which are not migrated. */
  readonly ignored: readonly string[];
}

/**
 * Returns the outcome of each binding.
 *
 * @param stored Bindings by name, as they were before the import; read for bindings that the import does not change.
 * @param originals The bindings of the export, in the same order.
 */
export function migratedBindings(
  { bindings }: ImportReport,
  stored: ReadonlyMap<string, ExportedBinding>,
  originals: readonly unknown[],
): readonly MigratedBinding[] {
  return bindings.map(({ name, active, problems, after }, index): MigratedBinding => {
    const binding = after ?? stored.get(name);
    const errors = problems.filter(({ severity }) => severity === "error").map(({ message }) => message);
    const warnings = problems.filter(({ severity }) => severity === "warning").map(({ message }) => message);
    const meaning = binding === undefined ? [] : meaningChanges(binding);
    const outcome = errors.length > 0 ? "failed" : meaning.length > 0 ? "changes meaning" : "carried over";
    return { name, outcome, active, errors, notes: [...warnings, ...rewritten(binding, originals[index])], meaning };
  });
}

function rewritten(binding: ExportedBinding | undefined, original: unknown): readonly string[] {
  const given = isRecord(original) && isRecord(original.options) ? original.options : {};
  return Object.entries(binding?.options ?? {})
    .filter(
      ([name, value]) => typeof given[name] === "string" && String(given[name]).includes("{{") && value !== given[name],
    )
    .map(([name]) => `options.${name}: literal braces are written \\{ here, and were rewritten.`);
}

/** Returns the number of bindings for each outcome. */
export function countsOf({ bindings }: MigrationReport): Readonly<Record<MigrationOutcome, number>> {
  const of = (outcome: MigrationOutcome) => bindings.filter((binding) => binding.outcome === outcome).length;
  return { "carried over": of("carried over"), "changes meaning": of("changes meaning"), failed: of("failed") };
}
