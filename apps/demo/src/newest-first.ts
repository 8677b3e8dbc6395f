/** Keeps the newest `capacity` items. */
export function newestFirst<T>(capacity: number): { add(item: T): void; list(): readonly T[] } {
  const items: T[] = [];
  return {
    add(item) {
      items.unshift(item);
      items.length = Math.min(items.length, capacity);
    },
    list: () => [...items],
  };
}
