import type { RecordedCall } from "../contracts/recorded-call.js";
import type { Registry } from "../definitions/registry.js";
import { createPauses } from "../internal/pauses.js";
import type { DispatchEnvironment } from "./dispatcher.js";
import { allFulfilled, explainPlanned, recordedCall, sentenceOf } from "./explain-plan.js";
import type { PlannedBinding } from "./plan.js";
import { type PreparedTexts, prepareTexts, type TextPreview } from "./prepared-texts.js";
import { previewRecorded } from "./preview-binding.js";
import { Replay } from "./replay.js";

/** The result of a binding for a recorded call. */
export interface BacktestResult {
  /** Whether its action would have run; `unknown` if that depends on a value that is no longer known. */
  readonly ran: boolean | "unknown";
  /** The reasons, with one sentence for each condition that is not fulfilled or unknown. */
  readonly because: readonly string[];
  /** Present if requested and if the action would have run. */
  readonly texts?: readonly TextPreview[] | undefined;
}

/** A binding that is tried with recorded calls. */
export interface Backtest {
  /** Tries the binding with one call, without running anything. Yields to other work every few milliseconds. */
  try(call: RecordedCall, options?: { readonly render?: boolean | undefined }): Promise<BacktestResult>;
}

/** Creates the backtest of a binding that has no problems. An inactive binding is tried as if it were active. */
export function createBacktest(
  planned: PlannedBinding,
  registry: Registry,
  environment: DispatchEnvironment,
): Backtest {
  const { binding } = planned;
  const pause = createPauses();
  // shared by all calls, since parsing a long template takes longer than rendering it
  let texts: PreparedTexts | undefined;
  return {
    async try(call, { render = false } = {}) {
      await pause();
      if (!binding.events.includes(call.event)) return { ran: false, because: ["The binding is not for this event."] };
      const replay = new Replay(call, environment);
      const view = recordedCall(replay);
      const unreached = view.unreached(planned);
      if (unreached !== undefined) return { ran: false, because: [unreached] };
      const { conditions } = await explainPlanned(planned, view, environment);
      const against = conditions.filter((condition) => !condition.counts);
      const known = against.filter(({ lost, error }) => !lost && error === undefined);
      if (known.length > 0) return { ran: false, because: known.map(sentenceOf) };
      if (against.length > 0) return { ran: "unknown", because: against.map(sentenceOf) };
      if (!render) return { ran: true, because: [allFulfilled] };
      texts ??= prepareTexts(binding, registry, environment);
      return { ran: true, because: [allFulfilled], texts: await previewRecorded(planned, replay, texts) };
    },
  };
}
