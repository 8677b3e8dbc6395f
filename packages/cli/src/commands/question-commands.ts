import type { BacktestLine } from "@bookend/client";
import { Command } from "@commander-js/extra-typings";
import { CliError, usageError } from "../cli-error.js";
import { readBindingFiles } from "../files/read-files.js";
import { findBinding } from "../find-bindings.js";
import type { Printer } from "../output/printer.js";
import { clean, visible } from "../output/table.js";
import { problemMessage } from "../problem-message.js";
import type { BindingItem, Parameters, Target } from "../target/target.js";
import { type World, withTarget } from "../world.js";
import { count, integer, jsonOf, pairOf, timeOf } from "./arguments.js";

interface CallOptions {
  readonly event?: string | undefined;
  readonly call?: string | undefined;
  readonly user?: string | undefined;
  readonly realm?: string | undefined;
  readonly serial?: string | undefined;
  readonly clientIp?: string | undefined;
  readonly loggedInUser?: string | undefined;
  readonly param: Readonly<Record<string, unknown>>;
  readonly response?: unknown;
}

/** Returns the parameters of a recorded or made-up call. */
function callOf(options: CallOptions): Parameters {
  const { event, call, user, realm, serial, clientIp, loggedInUser, param, response } = options;
  if (event === undefined && call === undefined)
    throw usageError(problemMessage("is missing", "--event NAME, or --call ID of a recorded call", "--event"));
  const given: Parameters = {
    event,
    call,
    user,
    realm,
    serial,
    client_ip: clientIp,
    logged_in_user: loggedInUser,
    response,
  };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(Object.keys(param).length > 0 && { parameters: param }),
  };
}

/** Creates the command `explain`. */
export function explainCommand(world: World) {
  return new Command("explain")
    .description("Shows which bindings a call would run, and why the others would not run.")
    .argument("[binding]", "explain only this binding and its conditions: its name, its id, or a file that contains it")
    .option("--event <name>", "event of a made-up call")
    .option("--call <id>", "id of a recorded call")
    .option("--user <login>", "user that the call is about")
    .option("--realm <name>", "realm of that user")
    .option("--serial <serial>", "token or container that the call is about")
    .option("--client-ip <address>", "address that the call comes from")
    .option("--logged-in-user <name>", "who makes the call: name of an admin, or name@realm")
    .option(
      "--param <name=value>",
      'a parameter; a list, object or "string" is JSON; may be repeated',
      pairOf("--param"),
      {},
    )
    .option("--response <json>", "response to the call", jsonOf("--response"))
    .action(async (reference, options, command) =>
      withTarget(world, command, async (target, printer) => {
        const call = callOf(options);
        const file =
          reference !== undefined && isFile(reference) ? await subjectOf(reference, target, world) : undefined;
        const only = reference === undefined || file ? undefined : await findBinding(target, reference);
        const explanation = await target.explain({ ...call, ...file });
        const all = explanation.bindings as readonly Parameters[];
        const shown = only === undefined ? all : all.filter(({ id }) => id === only.id);
        if (only !== undefined && shown.length === 0) {
          throw new CliError(
            "failed",
            `${JSON.stringify(only.name)} is not bound to the event ${JSON.stringify(explanation.event)}.`,
          );
        }
        const isOne = only !== undefined || file !== undefined;
        printer.result(isOne ? shown[0] : explanation, () => {
          const table = printer.table(
            ["ID", "NAME", "POSITION", "WOULD RUN", "REASON"],
            shown.map(({ id, name, position, would_run: wouldRun, reason }) => [
              Number(id),
              String(name),
              String(position),
              wouldRun === true ? "yes" : wouldRun === false ? "no" : String(wouldRun),
              String(reason ?? ""),
            ]),
          );
          if (!isOne) return table;
          const conditions = (shown[0]?.conditions ?? []) as readonly Parameters[];
          if (conditions.length === 0) return table;
          return `${table}\n${printer.table(
            ["CONDITION", "ANSWER", "SEEN", "WANTED"],
            conditions.map(({ name, answer, seen, wanted }) => [
              String(name),
              String(answer),
              shortJson(seen),
              shortJson(wanted),
            ]),
          )}`;
        });
      }),
    );
}

/** Creates the command `preview`. */
export function previewCommand(world: World) {
  return new Command("preview")
    .description("Shows the messages that a binding would send for a call. Sends nothing.")
    .argument("<binding>", "its name or its id, or a file with one binding")
    .option("--event <name>", "event of a made-up call")
    .option("--call <id>", "id of a recorded call")
    .option("--user <login>", "user that the call is about")
    .option("--realm <name>", "realm of that user")
    .option("--serial <serial>", "token or container that the call is about")
    .option("--client-ip <address>", "address that the call comes from")
    .option("--logged-in-user <name>", "who makes the call: name of an admin, or name@realm")
    .option(
      "--param <name=value>",
      'a parameter; a list, object or "string" is JSON; may be repeated',
      pairOf("--param"),
      {},
    )
    .option("--response <json>", "response to the call", jsonOf("--response"))
    .action(async (reference, options, command) =>
      withTarget(world, command, async (target, printer) => {
        const preview = await target.preview({ ...(await subjectOf(reference, target, world)), ...callOf(options) });
        printer.result(preview, () => shownTexts(preview.texts as readonly Parameters[], printer));
      }),
    );
}

/** Creates the command `backtest`. */
export function backtestCommand(world: World) {
  return new Command("backtest")
    .description("Shows for which recorded calls a binding would have run. Runs nothing.")
    .argument("<binding>", "its name or its id, or a file with one binding")
    .option(
      "--from <time>",
      "only calls since then: ISO 8601, or an age such as 7d",
      timeOf("--from", () => world.io.clock()),
    )
    .option(
      "--to <time>",
      "only calls until then",
      timeOf("--to", () => world.io.clock()),
    )
    .option("--limit <number>", "maximum number of calls", integer("--limit", 1, 10_000), 1_000)
    .option("--render", "also show the messages that would be sent")
    .action(async (reference, { from, to, limit, render }, command) =>
      withTarget(world, command, async (target, printer) => {
        const subject = await subjectOf(reference, target, world);
        const period = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
        const request = { ...subject, ...period, limit, ...(render === true && { render }) };
        const calls: Extract<BacktestLine, { readonly type: "call" }>[] = [];
        let summary: Extract<BacktestLine, { readonly type: "summary" }> | undefined;
        for await (const line of target.backtest(request)) {
          if (line.type === "progress") printer.progress(`${line.done} of ${count(line.of, "call")}`);
          else if (line.type === "call") calls.push(line);
          else if (line.type === "summary") summary = line;
          else throw new CliError("failed", `${target.label}: ${line.message}`);
        }
        if (summary === undefined) throw new CliError("serverAway", `${target.label} ended its response early.`);
        const total = summary;
        printer.result({ calls: calls.map(({ type, ...call }) => call), summary: { ...total, type: undefined } }, () =>
          shownBacktest(calls, total, printer),
        );
      }),
    );
}

function shownBacktest(
  calls: readonly Extract<BacktestLine, { readonly type: "call" }>[],
  { calls: number, would_run: would, would_not: not, unknown }: Extract<BacktestLine, { readonly type: "summary" }>,
  printer: Printer,
): string {
  const rows = calls.map(({ time, call, ran, reason }) => [
    time,
    call,
    ran === true ? "yes" : ran === false ? "no" : "unknown",
    reason,
  ]);
  const table = rows.length > 0 ? printer.table(["TIME", "CALL", "WOULD RUN", "REASON"], rows) : "";
  const texts = calls.flatMap(({ call, rendered = [] }) =>
    rendered.length > 0 ? [`${printer.style.bold(`Call ${clean(call)}`)}\n\n${shownTexts(rendered, printer)}\n`] : [],
  );
  const sum = `${count(number, "call")}: ${would} would run, ${not} would not, ${unknown} unknown.\n`;
  return [table, ...texts, sum].filter((part) => part !== "").join(texts.length > 0 ? "\n" : "");
}

/** Renders messages without characters that control the terminal. */
function shownTexts(texts: readonly Parameters[], printer: Printer): string {
  return texts
    .map(({ option, value, problems }) => {
      const warnings = (problems as readonly unknown[]).map((problem) => `! ${clean(messageOf(problem))}\n`);
      const lines = String(value).split("\n").map(visible).join("\n");
      return `${printer.style.bold(`${clean(String(option))}:`)}\n${lines}\n${warnings.join("")}`;
    })
    .join("\n");
}

function isFile(reference: string): boolean {
  return /\.(ya?ml|json)$/.test(reference);
}

/** Returns the parameters that select a stored binding by its name or id, or contain the binding of a file. */
async function subjectOf(reference: string, target: Target, { io }: World): Promise<Parameters> {
  if (!isFile(reference)) return { id: ((await findBinding(target, reference)) as BindingItem).id };
  const { bindings, problems } = await readBindingFiles([reference], io);
  const [first] = problems;
  if (first !== undefined)
    throw new CliError("failed", `${first.file}:${first.line}:${first.column}: ${first.message}`);
  if (bindings.length !== 1) {
    throw new CliError(
      "failed",
      problemMessage(`${reference} has ${count(bindings.length, "binding")}`, "a file with one binding"),
    );
  }
  return { binding: bindings[0]?.item };
}

function shortJson(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

function messageOf(problem: unknown): string {
  if (typeof problem === "string") return problem;
  return String((problem as Parameters | null)?.message ?? JSON.stringify(problem));
}
