import { InvalidArgumentError } from "commander";
import { CliError } from "../cli-error.js";
import { nearest } from "../nearest.js";
import { problemMessage } from "../problem-message.js";

/** Returns a parser for an option whose value is an integer from `least` to `most`. */
export function integer(option: string, least: number, most: number) {
  return (text: string): number => {
    const number = Number(text);
    if (/^\d{1,15}$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(
      problemMessage(`${JSON.stringify(text)} is not valid`, `${least} to ${most}`, option),
    );
  };
}

/** Returns a parser for an option whose value is a time in ISO 8601, or an age such as `7d`, which becomes a time. */
export function timeOf(option: string, clock: () => Date) {
  return (text: string): string => {
    const [, number = "", unit = ""] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
    const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }[unit];
    if (unitMs !== undefined) return new Date(clock().getTime() - Number(number) * unitMs).toISOString();
    const time = /^\d{4}-\d{2}-\d{2}(T.+)?$/.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(time)) return new Date(time).toISOString();
    throw new InvalidArgumentError(
      problemMessage(
        `${JSON.stringify(text)} is not valid`,
        "a time such as 2026-01-31T12:00:00Z, or an age such as 30m, 12h, 7d, 4w",
        option,
      ),
    );
  };
}

/**
 * Returns a parser that collects the values `NAME=VALUE` of an option. A VALUE that looks like a list, an object or a
 * string in JSON is parsed as JSON.
 */
export function pairOf(option: string) {
  return (text: string, before: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
    const at = text.indexOf("=");
    if (at < 1) {
      throw new InvalidArgumentError(problemMessage(`${JSON.stringify(text)} is not valid`, "NAME=VALUE", option));
    }
    const [name, value] = [text.slice(0, at), text.slice(at + 1)];
    return { ...before, [name]: /^\s*[[{"]/.test(value) ? jsonOf(`${option} ${name}`)(value) : value };
  };
}

/** Returns a parser for an option whose value is JSON. */
export function jsonOf(option: string) {
  return (text: string): unknown => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new InvalidArgumentError(problemMessage(`${JSON.stringify(text)} is not valid`, "JSON", option));
    }
  };
}

/** Formats a count: `1 binding`, `2 bindings`, `2 deliveries`. */
export function count(number: number, what: string): string {
  return `${number} ${number === 1 ? what : `${what}s`.replace(/ys$/, "ies")}`;
}

/** Creates the error for a name that does not exist. */
export function unknownName(what: string, name: string, names: readonly string[]): CliError {
  const near = nearest(name, names);
  const wrong = `There is no ${what} ${JSON.stringify(name)}`;
  const message = near === undefined ? problemMessage(wrong, names.join(", ")) : `${wrong}. Did you mean "${near}"?`;
  return new CliError("failed", message);
}
