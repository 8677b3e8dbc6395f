import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { createRateCounts } from "../http/rate-counts.js";
import { openPeer, type Port } from "./peer.js";
import { CountedWorkers, sharedRateCounts } from "./shared-rate-counts.js";

/** Creates the two ends of a channel. */
function channel(): readonly [Port, Port] {
  const ends = [new EventEmitter(), new EventEmitter()] as const;
  const port = (own: EventEmitter, other: EventEmitter): Port => ({
    send: (message) => void setImmediate(() => other.emit("message", structuredClone(message))),
    onMessage: (receive) => void own.on("message", receive),
  });
  return [port(...ends), port(ends[1], ends[0])];
}

/** Creates workers that count together. */
function workers(count: number, limits: { readonly failedLogins: number; readonly anonymous: number }) {
  const all = new CountedWorkers(limits);
  return Array.from({ length: count }, () => {
    const [primary, worker] = channel();
    const { answers, ended } = all.worker();
    openPeer(primary, answers);
    return { counts: sharedRateCounts(openPeer(worker, {})), ended };
  });
}

describe("workers", () => {
  it("share one limit of anonymous calls", async () => {
    const [first, second] = workers(2, { failedLogins: 1, anonymous: 3 });
    const refused: unknown[] = [];
    for (const worker of [first, second, first, second, first])
      refused.push(await worker?.counts.anonymous("192.0.2.1"));
    expect(refused).toEqual([undefined, undefined, undefined, 10, 10]);
    expect(await first?.counts.anonymous("192.0.2.2")).toBeUndefined();
  });

  it("share one limit of failed logins, which includes logins in progress until they or their worker end", async () => {
    const [first, second] = workers(2, { failedLogins: 2, anonymous: 1 });
    expect(await first?.counts.beginLogin("a")).toBeUndefined();
    expect(await first?.counts.beginLogin("a")).toBeUndefined();
    expect(await second?.counts.beginLogin("a")).toBe(1);
    await first?.counts.endLogin("a", true);
    expect(await second?.counts.beginLogin("a")).toBe(60);
    // one of the two logins failed, and remains counted; the other ended without a failure when its worker ended
    first?.ended();
    expect(await second?.counts.beginLogin("a")).toBeUndefined();
    expect(await second?.counts.beginLogin("a")).toBe(60);
  });

  it("refuse a call with 503 if the primary, which counts calls, has ended", async () => {
    const [, worker] = channel();
    const peer = openPeer(worker, {});
    peer.close();
    await expect(sharedRateCounts(peer).anonymous("192.0.2.1")).rejects.toMatchObject({ code: 903, status: 503 });
  });
});

it("a limit applies to the ten seconds after a client's first call, and the last 50,000 clients are remembered", () => {
  let now = 0;
  const counts = createRateCounts({ failedLogins: 1, anonymous: 1 }, () => now);
  expect(counts.anonymous("first")).toBeUndefined();
  now = 9_999;
  expect(counts.anonymous("first")).toBe(1);
  now = 10_000;
  expect(counts.anonymous("first")).toBeUndefined();
  for (let client = 0; client < 49_999; client++) void counts.anonymous(`client ${client}`);
  expect(counts.anonymous("first")).toBe(10);
  for (let client = 0; client < 100_000; client++) void counts.anonymous(`other ${client}`);
  expect(counts.anonymous("first")).toBeUndefined();
});
