import type { Binding } from "../contracts/binding.js";
import type { Call } from "../contracts/call.js";
import type { Registry } from "../definitions/registry.js";
import { Facts } from "../facts/facts.js";
import { LostFact } from "../internal/lost-fact.js";
import type { DispatchEnvironment } from "./dispatcher.js";
import type { PlannedBinding } from "./plan.js";
import { type PreparedTexts, type PreviewOptions, prepareTexts, type TextPreview } from "./prepared-texts.js";
import type { RecordedView } from "./recorded-view.js";
import type { Replay } from "./replay.js";

/** Returns the facts of an invented call, as a binding at this position sees them. */
function factsOfCall(call: Call, { position }: Binding, environment: DispatchEnvironment): Facts {
  const FactsOfHost = environment.facts ?? Facts;
  const { directories, clock, lookupTimeoutMs } = environment;
  const seen = position === "pre" ? { ...call, response: undefined } : call;
  return new FactsOfHost(seen, directories, clock, lookupTimeoutMs);
}

/** Renders the options of a binding that can contain tags. Looks up the values of the tags, but does not run the action. */
export async function previewBinding(
  binding: Binding,
  call: Call,
  registry: Registry,
  environment: DispatchEnvironment,
  options?: PreviewOptions,
): Promise<readonly TextPreview[]> {
  return prepareTexts(binding, registry, environment, options).render(factsOfCall(call, binding, environment));
}

/**
 * Like {@link previewBinding}, for a recorded call. Tags whose values are no longer known are shown as their names in
 * braces.
 */
export async function previewRecorded(
  planned: PlannedBinding,
  replay: Replay,
  texts: PreparedTexts,
): Promise<readonly TextPreview[]> {
  let view: RecordedView | undefined;
  try {
    view = replay.view(planned);
  } catch (error) {
    if (!(error instanceof LostFact)) throw error;
  }
  return texts.render(view?.facts, view?.watch);
}
