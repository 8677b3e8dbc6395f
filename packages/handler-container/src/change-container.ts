import { type ActionContext, type Container, failed, type MaybePromise, type Outcome } from "@bookend/core";

/** Changes the call's container, otherwise that of its token. Fails if there is none. */
export async function changeContainer(
  { facts }: Pick<ActionContext<unknown>, "facts">,
  change: (container: Container) => MaybePromise<Outcome | undefined | void>,
): Promise<Outcome | undefined> {
  const container = await facts.existingContainer();
  if (!container) return failed("The call has no container.");
  return (await change(container)) ?? undefined;
}
