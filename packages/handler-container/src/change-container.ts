import { type ActionContext, type Container, failed, type MaybePromise, type Outcome } from "@bookend/core";

/**
 * Changes the container of the call or, if the call has none, the container of its token. Fails if there is neither.
 */
export async function changeContainer(
  { facts }: Pick<ActionContext<unknown>, "facts">,
  change: (container: Container) => MaybePromise<Outcome | undefined | void>,
): Promise<Outcome | undefined> {
  const container = await facts.existingContainer();
  if (!container) return failed("The call has no container.");
  return (await change(container)) ?? undefined;
}
