import { setImmediate } from "node:timers/promises";
import { turnsDuring } from "@bookend/test-kit";
import { expect, it } from "vitest";
import { longestGap } from "../../test/longest-gap.js";
import { eachInTurn, takeListTurn, takeTurn } from "./turns.js";

/** Keeps the process busy. */
function work(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

it("gives the event loop regular turns while many items are visited", async () => {
  const { gap, took } = await longestGap(() => eachInTurn(Array(100), () => work(3)));
  expect(gap).toBeLessThan(took / 3);
});

it.each([
  ["checks", takeTurn],
  ["lists", takeListTurn],
])("gives the event loop regular turns while many requests work on %s at the same time", async (_, take) => {
  const request = async () => {
    for (let n = 0; n < 20; n++) {
      await take();
      work(3);
    }
  };
  const { gap, took } = await longestGap(() => Promise.all(Array.from({ length: 10 }, request)));
  expect(gap).toBeLessThan(took / 5);
});

it("lets a short request continue before long ones that ask later", async () => {
  let visited = 0;
  const long = () =>
    eachInTurn(Array(50), () => {
      visited++;
      work(3);
    });
  const first = long();
  const short = takeListTurn();
  const second = long();
  await short;
  expect(visited).toBeLessThanOrEqual(2);
  await Promise.all([first, second]);
});

it("lets a request that needs many turns of the event loop go first", async () => {
  let visited = 0;
  let isEnded = false;
  const list = eachInTurn(Array(200), () => {
    if (!isEnded) visited++;
    work(1);
  });
  for (let turn = 0; turn < 40; turn++) {
    await setImmediate();
    work(1);
  }
  isEnded = true;
  expect(visited).toBeLessThan(14);
  await list;
});

it("does not let checks wait for lists, or for a moment without other work", async () => {
  let isEnded = false;
  const list = eachInTurn(Array(500), () => work(isEnded ? 0 : 1));
  const other = (async () => {
    while (!isEnded) {
      await setImmediate();
      work(1);
    }
  })();
  const turns = await turnsDuring(async () => {
    for (let n = 0; n < 20; n++) {
      await takeTurn();
      work(1.5);
    }
  });
  isEnded = true;
  await Promise.all([list, other]);
  // each piece of work takes a turn, and waits for no further one
  expect(turns).toBeLessThanOrEqual(25);
});
