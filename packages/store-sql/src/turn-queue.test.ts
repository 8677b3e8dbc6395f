import { expect, it } from "vitest";
import { turnQueue } from "./turn-queue.js";

const refusals = { late: () => new Error("late"), closed: () => new Error("closed") };

it("gives turns in order, and wakes nobody but the next", async () => {
  const queue = turnQueue(60_000, refusals);
  const order: number[] = [];
  let woken = 0;
  const work = async (number: number) => {
    await queue.take();
    woken += 1;
    order.push(number);
    await undefined;
    // whoever is woken has the turn: nobody else was
    expect(woken).toBe(order.length);
    queue.give();
  };
  const numbers = Array.from({ length: 16_000 }, (_, index) => index);
  await Promise.all(numbers.map(work));
  expect(order).toEqual(numbers);
  await queue.take();
});

it("gives up after its patience, and passes over those who gave up", async () => {
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

it("refuses those who wait and those who come once it is closed, and waits for who has a turn", async () => {
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

it("gives a turn at once only if nobody has one or waits for one", async () => {
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

it("does not wait for a turn that does not end", async () => {
  const queue = turnQueue(20, refusals);
  await queue.take();
  await queue.close();
});
