import { chooser } from "@bookend/test-kit/chooser";
import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";
import {
  addRandomObjects,
  containerFilterValues,
  filtersOf,
  passesContainer,
  passesToken,
  tokenFilterValues,
} from "../../test/random-lists.js";
import type { ContainerFilter } from "../containers/types.js";
import type { TokenFilter } from "./types.js";

describeDomain("filters of 200 random tokens and 60 containers", (prepared) => {
  it("return the same tokens as a check of each token", async () => {
    const { domain } = await prepared({ hashCost: { memory: 8, time: 1, parallelism: 1 } });
    const random = chooser(9);
    const places = await addRandomObjects(domain, random, { tokens: 200, containers: 60 });
    const all = await domain.tokens.list({});
    expect(all).toHaveLength(200);
    const uid = all.find(({ owner }) => owner?.login === "bob")?.owner?.uid ?? "";
    const values = { ...tokenFilterValues, userId: [...tokenFilterValues.userId, uid, `${uid.slice(0, 5)}*`] };
    let narrowed = 0;
    for (const filter of filtersOf<TokenFilter>(values, random, 60)) {
      const expected = all.filter((token) => passesToken(token, filter, places)).map(({ serial }) => serial);
      const found = (await domain.tokens.list(filter)).map(({ serial }) => serial);
      expect([...found].sort(), JSON.stringify(filter)).toEqual([...expected].sort());
      expect(await domain.tokens.count(filter)).toBe(expected.length);
      const page = await domain.tokens.page(filter, { pageSize: 500 });
      expect(page.tokens.map((token) => token.serial).sort(), JSON.stringify(filter)).toEqual([...expected].sort());
      expect(page.count).toBe(expected.length);
      if (expected.length > 0 && expected.length < all.length) narrowed += 1;
    }
    expect(narrowed).toBeGreaterThan(50);

    const containers = (await domain.containers.page({}, { pageSize: 500 })).containers;
    expect(containers).toHaveLength(60);
    narrowed = 0;
    const containerValues = { ...containerFilterValues, userId: [...containerFilterValues.userId, uid] };
    for (const filter of filtersOf<ContainerFilter>(containerValues, random, 60)) {
      const expected = containers.filter((container) => passesContainer(container, filter));
      const page = await domain.containers.page(filter, { pageSize: 500 });
      expect(page.containers.map(({ serial }) => serial).sort(), JSON.stringify(filter)).toEqual(
        expected.map(({ serial }) => serial).sort(),
      );
      expect(page.count).toBe(expected.length);
      if (expected.length > 0 && expected.length < containers.length) narrowed += 1;
    }
    expect(narrowed).toBeGreaterThan(30);
  });
});
