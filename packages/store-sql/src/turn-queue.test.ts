import { expect, it } from "vitest";
import { turnQueue } from "./turn-queue.js";

const refusals = { late: () => new Error("late"), closed: () => new Error("closed") };

it("gives turns in order, and wakes only the next caller", async () => {
  const queue = turnQueue(60_000, refusals);
  const order: number[] = [];
  let woken = 0;
  const work = async (number: number) => {
    await queue.take();
    woken += 1;
    order.push(number);
    await undefined;
    // the caller that was woken has the turn, and no other caller got it
    expect(woken).toBe(order.length);
    queue.give();
  };
  const numbers = Array.from({ length: 16_000 }, (_, index) => index);
  await Promise.all(numbers.map(work));
  expect(order).toEqual(numbers);
  await queue.take();
});

it("rejects callers that have waited for longer than its patience, and gives them no turn", async () => {
  const queue = turnQueue(20, refusals);
  await queue.take();
  const outcomes = await Promise.allSettled([queue.take(), queue.take()]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const third = queue.take();
  queue.give();
  await third;
  queue.give();
  await queue.take();
});

it("refuses waiting and new callers once it is closed, and waits for callers that have a turn", async () => {
  const queue = turnQueue(60_000, refusals);
  await queue.take();
  const waiting = expect(queue.take()).rejects.toThrow("closed");
  let isClosed = false;
  const closing = queue.close().then(() => {
    isClosed = true;
  });
  await waiting;
  await expect(queue.take()).rejects.toThrow("closed");
  expect(isClosed).toBe(false);
  queue.give();
  await closing;
});

it("gives a turn immediately only if nobody has one or waits for one", async () => {
  const queue = turnQueue(60_000, refusals);
  expect(queue.takeNow()).toBe(true);
  expect(queue.takeNow()).toBe(false);
  const waiting = queue.take();
  queue.give();
  await waiting;
  expect(queue.takeNow()).toBe(false);
  queue.give();
  expect(queue.takeNow()).toBe(true);
  queue.give();
  await queue.close();
  expect(queue.takeNow()).toBe(false);
});

it("closes after its patience even if a turn has not ended", async () => {
  const queue = turnQueue(20, refusals);
  await queue.take();
  await queue.close();
});
