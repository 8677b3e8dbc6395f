import { readFileSync } from "node:fs";
import type { RecordedState } from "../world/recorded-state.js";

/** One action of a running privacyIDEA: the state before the action, and the state that it left. */
export interface RecordedCase<After> {
  readonly id: number;
  readonly handler: string;
  readonly action: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly state: RecordedState;
  /** Whether the action succeeded, the number of objects that it changed, or the error that it threw. */
  readonly result: boolean | number | { readonly exception: string };
  /** Only the parts that the handler can change. */
  readonly after: After;
  readonly note?: string;
}

/** A case in which Bookend deliberately differs from the recording. */
export interface Deviation {
  /** The rule that requires the difference: document and section, and the rule in a few words. */
  readonly rule: string;
  /** Bookend's exact result. */
  readonly result: unknown;
}

/** Reads `recorded.json` of a folder. */
export function readRecordedCases<After>(fixtures: URL): readonly RecordedCase<After>[] {
  return JSON.parse(readFileSync(new URL("recorded.json", fixtures), "utf8"));
}

/** Reads `deviations.json` of a folder: deviations by the id of their case. */
export function readDeviations(fixtures: URL): ReadonlyMap<number, Deviation> {
  const read: Record<string, Deviation> = JSON.parse(readFileSync(new URL("deviations.json", fixtures), "utf8"));
  return new Map(Object.entries(read).map(([id, deviation]) => [Number(id), deviation]));
}
