import { CliError } from "../cli-error.js";
import type { Parameters, Target } from "../target/target.js";

/** Maximum number of ids to look up, one after the other. */
const mostExplained = 20;

/** A change of deliveries. */
export type DeliveryChange = "replay" | "cancel" | "hasten";

/** Explains why a change left out some of the given ids: one line per id for the first 20, and one for the others. */
export async function leftOutDeliveries(
  target: Pick<Target, "read">,
  name: DeliveryChange,
  ids: readonly string[],
  concerned: unknown,
): Promise<readonly string[]> {
  const done = new Set<unknown>(Array.isArray(concerned) ? concerned : []);
  const left = [...new Set(ids)].filter((id) => !done.has(id));
  const lines: string[] = [];
  for (const id of left.slice(0, mostExplained)) lines.push(`${id}: ${await reasonFor(target, name, id)}`);
  if (left.length > lines.length) lines.push(`… and ${left.length - lines.length} more`);
  return lines;
}

async function reasonFor(target: Pick<Target, "read">, name: DeliveryChange, id: string): Promise<string> {
  let state: unknown;
  try {
    const [delivery] = (await target.read(`deliveries/${encodeURIComponent(id)}`, {})).items as readonly Parameters[];
    state = delivery?.state;
  } catch (error) {
    if (error instanceof CliError && error.reason === "failed") return "there is no such delivery";
    throw error;
  }
  if (name === "hasten") {
    return state === "waiting"
      ? "it was submitted for a later time, or its destination is disabled; bookend deliveries resume ends the latter"
      : `it is ${String(state)}; only a waiting delivery can be hastened`;
  }
  if (name === "cancel") return `it has already ended: it is ${String(state)}`;
  return state === "waiting" || state === "sending"
    ? `it is ${state}; only a delivery that has ended can be replayed`
    : `it is ${String(state)}, and its content has been deleted`;
}
