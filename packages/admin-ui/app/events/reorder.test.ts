import { describe, expect, it } from "vitest";
import { precedes, reorder } from "./reorder.ts";

const items = (...pairs: [id: number, ordering: number][]) => pairs.map(([id, ordering]) => ({ id, ordering }));

describe("reorder", () => {
  it.each([
    ["nothing if the order is already right", items([1, 0], [2, 0], [3, 1]), 2, []],
    ["only the moved binding if it fits", items([3, 5], [1, 1], [2, 2]), 3, items([3, 0])],
    ["only the moved binding at the end", items([2, 2], [3, 3], [1, 1]), 1, items([1, 4])],
    ["only the moved binding in a gap", items([1, 1], [4, 9], [2, 5]), 4, items([4, 1])],
    ["the bindings after it if there is no gap", items([2, 0], [1, 0], [3, 0]), 1, items([1, 1], [3, 1])],
  ])("changes %s", (_title, sequence, moved, expected) => {
    expect(reorder(sequence, moved)).toEqual(expected);
  });

  it("produces the wanted order for every sequence and every move", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let round = 0; round < 2_000; round += 1) {
      const sorted = Array.from({ length: 2 + random(7) }, (_, id) => ({ id: id + 1, ordering: random(4) - 1 }));
      sorted.sort((one, other) => (precedes(one, other) ? -1 : 1));
      const [moved] = sorted.splice(random(sorted.length), 1);
      if (!moved) continue;
      sorted.splice(random(sorted.length + 1), 0, moved);
      const changes = new Map(reorder(sorted, moved.id).map(({ id, ordering }) => [id, ordering]));
      const after = sorted.map(({ id, ordering }) => ({ id, ordering: changes.get(id) ?? ordering }));
      for (const [index, item] of after.slice(1).entries()) {
        expect(precedes(after[index] as (typeof after)[0], item)).toBe(true);
      }
    }
  });
});
