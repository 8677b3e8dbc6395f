import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, it } from "vitest";
import { inSlices } from "./in-slices.js";

it("returns short bodies, and bodies that are not strings, unchanged", () => {
  const fail = () => expect.unreachable();
  for (const body of ["short", undefined, Buffer.alloc(1_000_000), { value: 1 }]) {
    expect(inSlices(body, fail)).toBe(body);
  }
});

it("sends a long body completely, and lets other work run in between", async () => {
  const body = `${"ä€😀\0".repeat(100_000)}.`;
  const lengths: number[] = [];
  const stream = inSlices(body, (length) => lengths.push(length)) as Readable;
  const sent = stream.pipe(new PassThrough({ highWaterMark: 10_000_000 }));
  let turns = 0;
  let isEnded = false;
  const count = () => {
    turns++;
    if (!isEnded) setImmediate(count);
  };
  count();
  await once(sent, "finish");
  isEnded = true;
  expect(lengths).toEqual([Buffer.byteLength(body)]);
  expect((await buffer(sent)).toString()).toBe(body);
  expect(turns).toBeGreaterThanOrEqual(15);
});
