import { readFile } from "node:fs/promises";
import { CliError } from "../cli-error.js";
import { absolutePath, type Io, writeFileOf } from "../io.js";
import { problemMessage } from "../problem-message.js";
import type { Plan } from "./make-plan.js";

/** The file that `plan --out` writes for `apply --plan-file`. It does not contain secrets. */
export interface PlanFile {
  readonly format: "bookend-plan";
  /** Identifies the state of all bindings for which the plan was made. */
  readonly state: string;
  /** The hash of the files, without the values of environment variables. */
  readonly files: string;
  readonly prune: boolean;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Writes a plan to a file. `apply` compares the values in the file with those at the time when it runs. */
export async function writePlanFile(io: Pick<Io, "directory">, file: string, plan: Plan, files: string): Promise<void> {
  const names = (changes: Plan["added"]) => changes.map(({ name }) => name);
  const { state, prune, added, changed, removed } = plan;
  const kept: PlanFile = {
    format: "bookend-plan",
    state,
    files,
    prune,
    added: names(added),
    changed: names(changed),
    removed: names(removed),
  };
  await writeFileOf(io, "--out", file, `${JSON.stringify(kept, undefined, 2)}\n`);
}

/**
 * Reads the file that `plan --out` wrote.
 *
 * @throws {CliError} if the file cannot be read, or is not a plan
 */
export async function readPlanFile(io: Pick<Io, "directory">, file: string): Promise<PlanFile> {
  const text = await readFile(absolutePath(io, file), "utf8").catch((error: Error) => {
    throw new CliError("failed", `--plan-file: ${file} cannot be read: ${error.message}.`);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // reported below, as for any other file
  }
  const { format, state, files, prune } = (parsed ?? {}) as Partial<PlanFile>;
  if (
    format !== "bookend-plan" ||
    typeof state !== "string" ||
    typeof files !== "string" ||
    typeof prune !== "boolean"
  ) {
    throw new CliError(
      "failed",
      problemMessage(`${file} is not valid`, 'a file that "bookend plan --out" wrote', "--plan-file"),
    );
  }
  return parsed as PlanFile;
}
