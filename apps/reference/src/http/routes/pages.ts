import type { Parameters } from "../parameters.js";

/** One page of a list, with the numbers of its neighbours; pages count from 1. */
export interface Page<T> {
  readonly count: number;
  readonly current: number;
  readonly prev: number | null;
  readonly next: number | null;
  readonly items: readonly T[];
}

/** Cuts a page out of a whole list, by the parameters `page` and `pagesize` (default 15). */
export function paginate<T>(all: readonly T[], parameters: Parameters): Page<T> {
  const current = parameters.integer("page", 1) ?? 1;
  const size = parameters.integer("pagesize", 1) ?? 15;
  const end = current * size;
  return {
    count: all.length,
    current,
    prev: current > 1 ? current - 1 : null,
    next: end < all.length ? current + 1 : null,
    items: all.slice(end - size, end),
  };
}
