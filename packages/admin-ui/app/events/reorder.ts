/** The fields that decide the order of bindings: ascending `ordering`, then `id`. */
export interface Ordered {
  readonly id: number;
  readonly ordering: number;
}

/**
 * Returns the orderings that must change so that items run in the given sequence after one of them was moved. If the
 * moved item fits between its neighbors, only its ordering changes, since the others may belong to other events as
 * well.
 */
export function reorder(sequence: readonly Ordered[], movedId: number): readonly Ordered[] {
  const at = sequence.findIndex(({ id }) => id === movedId);
  const moved = sequence[at];
  if (!moved) return [];
  const [previous, next] = [sequence[at - 1], sequence[at + 1]];
  const fits = (ordering: number) =>
    (!previous || precedes(previous, { id: movedId, ordering })) &&
    (!next || precedes({ id: movedId, ordering }, next));
  const candidates = [
    moved.ordering,
    ...(previous ? [previous.ordering, previous.ordering + 1] : []),
    ...(next ? [next.ordering, next.ordering - 1] : []),
  ];
  const found = candidates.find(fits);
  if (found !== undefined) return found === moved.ordering ? [] : [{ id: movedId, ordering: found }];
  // there is no gap between its neighbors, so the items after it move as well
  const changes: Ordered[] = [];
  let last = previous;
  for (const item of sequence.slice(at)) {
    const start = item.id === movedId && next ? Math.min(item.ordering, next.ordering) : item.ordering;
    let placed = { id: item.id, ordering: start };
    if (last && !precedes(last, placed)) {
      placed = { id: item.id, ordering: last.ordering + (last.id < item.id ? 0 : 1) };
    }
    if (placed.ordering !== item.ordering) changes.push(placed);
    last = placed;
  }
  return changes;
}

/** Returns whether one item runs before the other. */
export function precedes(one: Ordered, other: Ordered): boolean {
  return one.ordering < other.ordering || (one.ordering === other.ordering && one.id < other.id);
}
