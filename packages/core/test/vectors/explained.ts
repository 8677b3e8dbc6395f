import { probe, type RecordedState, worldOf } from "@bookend/test-kit";
import { type BindingExplanation, createBookend, memoryBindings } from "../../src/index.js";

/**
 * Returns the explanation of a binding with these conditions in a recorded state; `body` replaces the body of the
 * response.
 */
export async function explained(
  state: RecordedState,
  conditions: Readonly<Record<string, unknown>>,
  body?: unknown,
): Promise<BindingExplanation> {
  const world = worldOf(state);
  const handler = probe({ run: () => undefined });
  const bookend = createBookend({
    handlers: [handler],
    bindings: memoryBindings([{ name: "b", events: ["e"], handler: handler.id, action: "run", conditions }]),
    directories: world.directories,
    clock: world.clock,
  });
  const call = world.call("e");
  if (state.response) call.response = { ...world.response(), ...(body !== undefined && { body }) };
  const [binding] = (await bookend.explain(call)).bindings;
  if (!binding) throw new Error("the binding is missing in the explanation");
  return binding;
}
