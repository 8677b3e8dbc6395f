import { createHash } from "node:crypto";
import { CliError } from "../cli-error.js";
import { EnvReference } from "../files/env-reference.js";
import { type FileProblem, omittedProblems } from "../files/problem-list.js";
import type { WantedBinding } from "../files/read-files.js";
import type {
  BindingProblem,
  ExportedBinding,
  ImportedItem,
  ImportReport,
  ImportSettings,
  Target,
} from "../target/target.js";
import { RefusedError } from "../target/transport.js";

/**
 * A binding that will change. Secrets are `***`, and values of environment variables that change are {@link
 * EnvReference}s.
 */
export interface PlannedChange {
  readonly name: string;
  /** The current binding; undefined if it will be added. */
  readonly before?: Readonly<Record<string, unknown>> | undefined;
  /** The new binding; undefined if it will be removed. */
  readonly after?: Readonly<Record<string, unknown>> | undefined;
}

/** The changes that `apply` would make. */
export interface Plan {
  readonly added: readonly PlannedChange[];
  readonly changed: readonly PlannedChange[];
  readonly removed: readonly PlannedChange[];
  readonly unchanged: number;
  readonly prune: boolean;
  readonly problems: readonly FileProblem[];
  /** Identifies the state of all bindings for which the plan was made. */
  readonly state: string;
}

/**
 * Asks the target what an import of these bindings would change. If the target refuses the bindings, the plan only
 * contains their problems.
 */
export async function makePlan(
  target: Target,
  wanted: readonly WantedBinding[],
  settings: Pick<ImportSettings, "mode" | "inactive">,
): Promise<Plan> {
  const prune = settings.mode === "prune";
  const { report, problems } = await dryRun(target, wanted, settings);
  if (report === undefined) {
    return { added: [], changed: [], removed: [], unchanged: 0, prune, problems, state: "" };
  }
  const added: PlannedChange[] = [];
  const changed: PlannedChange[] = [];
  let unchanged = 0;
  for (const [index, item] of report.bindings.entries()) {
    const { name, outcome, before, after } = item;
    if (outcome === "unchanged") unchanged += 1;
    else if (before === undefined) added.push({ name, after: shown(after, undefined, item, wanted[index]) });
    else changed.push({ name, before: fieldsOf(before), after: shown(after, before, item, wanted[index]) });
  }
  const removed = await removedBindings(target, report);
  return { added, changed, removed, unchanged, prune, problems, state: report.state };
}

async function dryRun(
  target: Target,
  wanted: readonly WantedBinding[],
  settings: Pick<ImportSettings, "mode" | "inactive">,
): Promise<{ readonly report?: ImportReport; readonly problems: readonly FileProblem[] }> {
  try {
    const report = await target.import(itemsOf(wanted), { ...settings, dryRun: true });
    return { report, problems: locatedProblems(report, wanted) };
  } catch (error) {
    if (error instanceof RefusedError && error.problems.length > 0) return { problems: refusedProblems(error, wanted) };
    throw error;
  }
}

/** Returns the problems that an import found, with the places of the bindings. */
export function locatedProblems({ bindings }: ImportReport, wanted: readonly WantedBinding[]): readonly FileProblem[] {
  return bindings.flatMap(({ active, problems, omitted_problems: omitted = 0 }, index) => {
    const of = wanted[index];
    // a binding that the import disables has an error
    const severity = !active && of?.item.active !== false ? "error" : "warning";
    return [
      ...problems.map((problem) => located(problem, of)),
      ...(omitted > 0
        ? [
            {
              ...omittedProblems(omitted, severity),
              // it is unknown how many of the omitted problems are errors, so they count as one
              ...(severity === "error" && { count: 1 }),
              ...(of && { binding: of.source.name, ...of.source.place }),
            },
          ]
        : []),
    ];
  });
}

/** Returns the fields that are sent for bindings of files. */
export function itemsOf(wanted: readonly WantedBinding[]): readonly Readonly<Record<string, unknown>>[] {
  return wanted.map(({ item }) => item);
}

/** Returns the problems of a refusal, with the places of the bindings. */
export function refusedProblems(error: RefusedError, wanted: readonly WantedBinding[]): readonly FileProblem[] {
  const problems = error.problems.map((problem): FileProblem => {
    const [, number = "", field = problem.field] = /^binding (\d+): (.*)$/s.exec(problem.field) ?? [];
    const message = problem.message.replace(/^binding \d+: /, "");
    return located({ code: problem.code, severity: "error", field, message }, wanted[Number(number) - 1]);
  });
  return error.omitted > 0 ? [...problems, omittedProblems(error.omitted, "error")] : problems;
}

/** Codes of problems with the name of a field, rather than its value. */
const aboutNames: ReadonlySet<string> = new Set(["UNKNOWN_OPTION", "UNKNOWN_CONDITION"]);

function located({ severity, code, field, message }: BindingProblem, of: WantedBinding | undefined): FileProblem {
  if (of === undefined) return { severity, message };
  const place = of.source.placeOf(field, aboutNames.has(code) ? "name" : "value");
  return { severity, message, binding: of.source.name, ...place };
}

function fieldsOf({ name, ...fields }: ExportedBinding): Record<string, unknown> {
  return fields;
}

/** Returns the new side of a change as displayed: with `!env` as in the file, and a note if only the secret changes. */
function shown(
  after: ExportedBinding | undefined,
  before: ExportedBinding | undefined,
  { changed_secrets: secrets = [] }: ImportedItem,
  wanted: WantedBinding | undefined,
): Record<string, unknown> {
  if (after === undefined) throw new CliError("failed", "The server did not say what would change.");
  const fields: Record<string, unknown> = structuredClone(fieldsOf(after));
  const was: unknown = before === undefined ? undefined : fieldsOf(before);
  const changedSecrets = new Set(secrets.map((name) => `options.${name}`));
  for (const [path, variable] of wanted?.fromEnvironment ?? []) {
    const parts = path.split(".");
    const same = before !== undefined && JSON.stringify(at(was, parts)) === JSON.stringify(at(fields, parts));
    if (!same || changedSecrets.has(path)) put(fields, parts, new EnvReference(variable));
    changedSecrets.delete(path);
  }
  for (const path of changedSecrets) {
    const parts = path.split(".");
    put(fields, parts, `${String(at(fields, parts))} (changed)`);
  }
  return fields;
}

/** Returns the value at a path. The rest of a path can be a single name, since names of options can contain dots. */
function at(value: unknown, [first = "", ...rest]: readonly string[]): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const whole = [first, ...rest].join(".");
  if (Object.hasOwn(value, whole)) return (value as Record<string, unknown>)[whole];
  const inner = (value as Record<string, unknown>)[first];
  return rest.length === 0 ? inner : at(inner, rest);
}

function put(target: Record<string, unknown>, [first = "", ...rest]: readonly string[], value: unknown): void {
  const whole = [first, ...rest].join(".");
  const inner = target[first];
  if (rest.length === 0 || Object.hasOwn(target, whole) || typeof inner !== "object" || inner === null) {
    target[whole] = value;
  } else put(inner as Record<string, unknown>, rest, value);
}

async function removedBindings(target: Target, { removed }: ImportReport): Promise<readonly PlannedChange[]> {
  if (removed.length === 0) return [];
  const stored = new Map((await target.export()).bindings.map((binding) => [binding.name, fieldsOf(binding)]));
  return removed.map(({ name }) => ({ name, before: stored.get(name) ?? {} }));
}

/** Returns whether a plan changes anything. */
export function changesAnything({ added, changed, removed }: Plan): boolean {
  return added.length + changed.length + removed.length > 0;
}

/** Returns whether there are problems that prevent a plan from being applied. */
export function hasErrors({ problems }: Pick<Plan, "problems">): boolean {
  return problems.some(({ severity }) => severity === "error");
}

/** Returns a hash of the files' contents, without the values of environment variables. */
export function digestOf(wanted: readonly WantedBinding[]): string {
  const hash = createHash("sha256");
  for (const { source } of wanted) hash.update(JSON.stringify([source.name, source.fields]));
  return hash.digest("base64url");
}
