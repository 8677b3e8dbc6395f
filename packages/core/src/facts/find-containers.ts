import type { Challenge, Container, Token } from "../contracts/directories.js";
import { type MaybePromise, mapMaybe } from "../contracts/maybe-promise.js";
import { valueAt } from "../internal/value-at.js";
import type { LookupSource } from "./lookup-source.js";
import { withFormerContainer } from "./removed-objects.js";
import { textField } from "./text-field.js";

/** Finds the container that the call names, otherwise that of its token. */
export function findContainer(facts: LookupSource): MaybePromise<Container | null> {
  const { containers } = facts.directories;
  if (!containers) return null;
  const { request, response } = facts.call;
  const named =
    textField(request.parameters.container_serial) ??
    textField(valueAt(response?.body, "result", "value", "container_serial"));
  if (named === undefined) return facts.tokenContainer();
  return mapMaybe(containers.find(named), (found) => withFormerContainer(found, facts.call.notes.before, named));
}

/** Finds the container that the call's token is in, or was in before the call took it out. */
export function findTokenContainer(facts: LookupSource): MaybePromise<Container | null> {
  return mapMaybe(facts.token(), (token) => findContainerOf(facts, token));
}

function findContainerOf(facts: LookupSource, token: Token | null): MaybePromise<Container | null> {
  const { containers } = facts.directories;
  if (!containers || !token) return null;
  const { before } = facts.call.notes;
  return mapMaybe(containers.ofToken(token.serial), (found) => {
    if (found) return withFormerContainer(found, before, found.serial);
    const former = before?.container?.tokens.includes(token.serial) ? before.container : undefined;
    if (!former) return null;
    return mapMaybe(containers.find(former.serial), (left) => withFormerContainer(left, before, former.serial));
  });
}

/** Finds the challenges of the call's token, otherwise those of its container. */
export function findChallenges(facts: LookupSource): MaybePromise<readonly Challenge[]> {
  const { challenges } = facts.directories;
  if (!challenges) return [];
  const { request, response } = facts.call;
  const transaction =
    textField(request.parameters.transaction_id) ?? textField(valueAt(response?.body, "detail", "transaction_id"));
  return mapMaybe(facts.token(), (token) => {
    if (token) return challenges.of(token.serial, transaction);
    return mapMaybe(facts.container(), (container) => (container ? challenges.of(container.serial, transaction) : []));
  });
}
