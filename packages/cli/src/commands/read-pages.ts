import type { Parameters, Target } from "../target/target.js";

/** Number of entries on one page of a list. */
const pageSize = 500;

/** Reads pages of a list until there are `limit` entries or the list ends. */
export async function readPages(
  target: Target,
  path: string,
  query: Parameters,
  limit: number,
): Promise<readonly Parameters[]> {
  const items: Parameters[] = [];
  let cursor: unknown;
  for (;;) {
    const size = Math.min(pageSize, limit - items.length);
    const { items: found, detail } = await target.read(path, { ...query, page_size: size, cursor });
    items.push(...found);
    const { next } = detail;
    // a filter may leave a page empty even if it is not the last one
    if (next === undefined || next === null || next === cursor || items.length >= limit) return items.slice(0, limit);
    cursor = next;
  }
}
