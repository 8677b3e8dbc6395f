import { styleText } from "node:util";
import type { Io, Output } from "../io.js";

/** Colors a string, or leaves it unchanged. */
export type Paint = (text: string) => string;

/** The colors of an output. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly green: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
}

/**
 * Returns functions that color strings on a terminal. They leave strings unchanged on any other output, and with
 * `NO_COLOR`, `TERM=dumb` or `--no-color`.
 */
export function styleOf(output: Output, env: Io["env"], wanted: boolean): Style {
  const on = wanted && output.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
  const paint = (name: Parameters<typeof styleText>[0]): Paint =>
    on ? (text) => styleText(name, text, { validateStream: false }) : (text) => text;
  return { bold: paint("bold"), dim: paint("dim"), green: paint("green"), red: paint("red"), yellow: paint("yellow") };
}
