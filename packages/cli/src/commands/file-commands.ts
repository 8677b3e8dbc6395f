import { Command } from "@commander-js/extra-typings";
import { CliError, usageError } from "../cli-error.js";
import { countProblems, errorsFirst, type FileProblem, omittedProblems, problemLines } from "../files/problem-list.js";
import { readBindingFiles, type WantedBindings } from "../files/read-files.js";
import { writeBindings } from "../files/write-yaml.js";
import { writeFileOf } from "../io.js";
import type { Printer } from "../output/printer.js";
import {
  changesAnything,
  digestOf,
  hasErrors,
  itemsOf,
  makePlan,
  type Plan,
  refusedProblems,
} from "../plan/make-plan.js";
import { readPlanFile, writePlanFile } from "../plan/plan-file.js";
import { showPlan, summaryOf } from "../plan/show-plan.js";
import { problemMessage } from "../problem-message.js";
import type { Target } from "../target/target.js";
import { RefusedError } from "../target/transport.js";
import { toJson } from "../unprintable.js";
import { type World, withTarget } from "../world.js";
import { count } from "./arguments.js";

/** Creates the command `export`. */
export function exportCommand(world: World) {
  return new Command("export")
    .description("Writes all bindings to a file for apply. Secrets are written as *** and listed.")
    .option("--out <file>", "file to write, instead of standard output")
    .action(async ({ out }, command) =>
      withTarget(world, command, async (target, printer) => {
        const { bindings, masked } = await target.export();
        const text =
          printer.format === "json" ? toJson({ format: "bookend", bindings }) : writeBindings(bindings, masked);
        if (out === undefined) world.io.stdout.write(text);
        else {
          await writeFileOf(world.io, "--out", out, text);
          printer.note(`${count(bindings.length, "binding")} written to ${out}.`);
        }
        for (const { name, option } of masked) {
          printer.note(`${name}: options.${option}: the export does not contain the secret.`);
        }
      }),
    );
}

/** Creates the command `plan`. */
export function planCommand(world: World) {
  return new Command("plan")
    .description("Shows what apply would change. Changes nothing.")
    .argument("<file...>", "YAML or JSON files, folders with such files, or - for standard input")
    .option("--prune", "remove bindings that are not in the files")
    .option("--out <file>", "save the plan for apply --plan-file")
    .option("--exit-code", "exit with 3 if something would change")
    .action(async (files, { prune = false, out, exitCode = false }, command) =>
      withTarget(world, command, async (target, printer) => {
        const wanted = await readBindingFiles(files, world.io);
        refuseProblems(wanted.problems, printer);
        const plan = await planOf(target, wanted, prune, printer);
        if (out !== undefined) await writePlanFile(world.io, out, plan, digestOf(wanted.bindings));
        printResult(plan, printer);
        if (exitCode && changesAnything(plan)) world.exit = "differences";
      }),
    );
}

/** Creates the command `apply`. */
export function applyCommand(world: World) {
  return new Command("apply")
    .description("Changes the bindings to match files: either completely or not at all.")
    .argument("<file...>", "YAML or JSON files, folders with such files, or - for standard input")
    .option("--prune", "remove bindings that are not in the files")
    .option("--plan-file <file>", "the file from plan --out; refuse if anything has changed since")
    .option("--yes", "do not ask, even on a terminal")
    .action(async (files, { prune, planFile, yes = false }, command) =>
      withTarget(world, command, async (target, printer) => {
        const wanted = await readBindingFiles(files, world.io);
        refuseProblems(wanted.problems, printer);
        const kept = planFile === undefined ? undefined : await readPlanFile(world.io, planFile);
        if (kept !== undefined && prune === true && !kept.prune) {
          throw usageError(
            problemMessage("the plan was made without this option", "a plan that was made with --prune", "--prune"),
          );
        }
        if (kept !== undefined && kept.files !== digestOf(wanted.bindings)) {
          throw new CliError(
            "failed",
            "The files have changed since the plan was made. Nothing was changed. Run plan again.",
          );
        }
        const plan = await planOf(target, wanted, kept?.prune ?? prune ?? false, printer);
        if (kept !== undefined && kept.state !== plan.state) {
          throw new CliError(
            "failed",
            `The bindings of ${target.label} have changed since the plan was made. Nothing was changed. Run plan again.`,
          );
        }
        if (!changesAnything(plan)) {
          printResult(plan, printer, { applied: false });
          return;
        }
        const asks = !yes && world.io.stdin.isTTY === true && world.io.stderr.isTTY === true && !files.includes("-");
        if (asks) {
          world.io.stderr.write(showPlan(plan, printer.style));
          if (!(await confirmed(`Apply this to ${target.label}?`))) {
            printer.note("Nothing was changed.");
            world.exit = "failed";
            return;
          }
        }
        await applyPlan(target, wanted, plan, printer);
        printResult(plan, printer, { applied: true });
      }),
    );
}

async function applyPlan(target: Target, wanted: WantedBindings, plan: Plan, printer: Printer): Promise<void> {
  const mode = plan.prune ? "prune" : "merge";
  try {
    await target.import(itemsOf(wanted.bindings), { mode, strict: true, state: plan.state });
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (error.status === 409) {
      throw new CliError(
        "failed",
        `The bindings of ${target.label} were changed at the same time by someone else. Nothing was changed. Run apply again.`,
      );
    }
    refuseProblems(refusedProblems(error, wanted.bindings), printer);
    throw error;
  }
}

/** Creates the command `check`. */
export function checkCommand(world: World) {
  return new Command("check")
    .description("Lists the problems of files, or of the stored bindings. Changes nothing.")
    .argument("[file...]", "YAML or JSON files, folders with such files, or - for standard input")
    .action(async (files, _options, command) =>
      withTarget(world, command, async (target, printer) => {
        const problems = errorsFirst(
          files.length === 0 ? await storedProblems(target) : await fileProblems(target, files, world),
        );
        const errors = countProblems(problems, "error");
        printer.result(problems, () => {
          const lines = problemLines(problems).map((line) => `${line}\n`);
          return `${lines.join("")}${count(errors, "error")}, ${count(countProblems(problems, "warning"), "warning")}.\n`;
        });
        if (errors > 0) world.exit = "failed";
      }),
    );
}

async function storedProblems(target: Target): Promise<readonly FileProblem[]> {
  const names = new Map((await target.list({})).map(({ id, name }) => [String(id), name]));
  const { problems, valid, omitted } = await target.check();
  const listed = problems.map(({ severity, field, message }): FileProblem => {
    const id = /^binding (\d+): /.exec(field)?.[1] ?? "";
    return { severity, binding: names.get(id) ?? id, message: message.replace(/^binding \d+: /, "") };
  });
  if (omitted === 0) return listed;
  // errors are listed first: if a warning is listed, only warnings have been omitted
  const onlyWarnings = valid || listed.some(({ severity }) => severity === "warning");
  return [...listed, omittedProblems(omitted, onlyWarnings ? "warning" : "error")];
}

async function fileProblems(target: Target, files: readonly string[], { io }: World): Promise<readonly FileProblem[]> {
  const { bindings, problems } = await readBindingFiles(files, io);
  const plan = await makePlan(target, bindings, { mode: "merge" });
  return [...problems, ...plan.problems];
}

async function planOf(target: Target, wanted: WantedBindings, prune: boolean, printer: Printer): Promise<Plan> {
  printer.progress(`Checking ${count(wanted.bindings.length, "binding")} at ${target.label}`);
  const plan = await makePlan(target, wanted.bindings, { mode: prune ? "prune" : "merge" });
  printer.endProgress();
  if (hasErrors(plan)) refuseProblems(plan.problems, printer);
  for (const line of problemLines(plan.problems)) printer.note(line);
  return plan;
}

/**
 * Prints problems if one of them is an error, and then fails.
 *
 * @throws {CliError} if one of them is an error
 */
function refuseProblems(problems: readonly FileProblem[], printer: Printer): void {
  if (!hasErrors({ problems })) return;
  for (const line of problemLines(problems)) printer.note(line);
  throw new CliError("failed", `${count(countProblems(problems, "error"), "error")}; nothing was changed.`);
}

function printResult(plan: Plan, printer: Printer, more: { readonly applied?: boolean } = {}): void {
  const { added, changed, removed, unchanged, prune, state } = plan;
  // converts references to environment variables to strings, so that they are the same in JSON and YAML
  const value: unknown = JSON.parse(JSON.stringify({ added, changed, removed, unchanged, prune, state, ...more }));
  printer.result(value, () => {
    if (more.applied === undefined) return showPlan(plan, printer.style);
    return more.applied ? `${showPlan(plan, printer.style)}Applied.\n` : `${summaryOf(plan)}\nNothing to change.\n`;
  });
}

async function confirmed(question: string): Promise<boolean> {
  const { confirm } = await import("@clack/prompts");
  // clack returns a symbol if the prompt was cancelled
  return (await confirm({ message: question, initialValue: false, output: process.stderr })) === true;
}
