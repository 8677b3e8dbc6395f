const defaultPageSize = 15;

/** Selects a part of a list. */
export interface PageSlice {
  readonly size: number;
  /** Number of the page, from 1. */
  readonly current: number;
  readonly offset: number;
}

/** Returns the requested slice, within the limits. */
export function pageSlice(
  {
    page = 1,
    pageSize = defaultPageSize,
  }: { readonly page?: number | undefined; readonly pageSize?: number | undefined },
  maxSize: number,
): PageSlice {
  const size = Math.min(Math.max(Math.trunc(pageSize), 0), maxSize);
  const current = Math.max(Math.trunc(page), 1);
  return { size, current, offset: (current - 1) * size };
}

/** Returns one page of a complete list. */
export function pageOf<T>(all: readonly T[], wanted: Parameters<typeof pageSlice>[0]) {
  const slice = pageSlice(wanted, Number.MAX_SAFE_INTEGER);
  const items = all.slice(slice.offset, slice.offset + slice.size);
  return { count: all.length, ...pageNumbers(slice, all.length), items };
}

/** Returns the numbers of a page and of its neighbors; null for a neighbor that does not exist. */
export function pageNumbers({ size, current }: PageSlice, count: number) {
  if (size === 0) return { current, previous: null, next: null };
  return { current, previous: current > 1 ? current - 1 : null, next: current * size < count ? current + 1 : null };
}
