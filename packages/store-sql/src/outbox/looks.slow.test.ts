import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it } from "vitest";
import { openTestStore } from "../../test/fresh-store.js";
import { noteOf } from "../../test/outbox/test-outbox.js";
import { defaultCircuit } from "./circuit.js";
import { lookSize } from "./claim-statements.js";
import { deliveryClaims } from "./claims.js";
import { rowOf } from "./delivery-row.js";
import { createLooks } from "./looks.js";
import { rateLimits, sharesOf } from "./shares.js";

const now = Date.parse("2030-01-02T03:04:05Z");

describeEachDatabase("looking up waiting deliveries", ({ freshUrl }) => {
  async function opened(names: readonly string[]) {
    const { database } = await openTestStore(await freshUrl());
    const times = { maxAgeMs: 60_000, now, aheadMs: 0 };
    const rows = names.map((destination) => rowOf(noteOf(`dlv_${destination}`, { destination }), "x.x", times));
    for (let at = 0; at < rows.length; at += 100)
      await database.db
        .insertInto("bookend_delivery")
        .values(rows.slice(at, at + 100))
        .execute();
    const looks = createLooks(deliveryClaims(database));
    const look = async () => (await looks.next(now)).waiting.map(({ circuit: { name } }) => name);
    return { database, looks, look };
  }

  it("skips a destination for a while after a long search without results, unless some of its deliveries are being sent", async () => {
    const { database, looks, look } = await opened(["a", "b", "c"]);
    const shares = ["a", "b", "c"].map((name) => ({ name, share: 1 }));
    looks.found(shares, [], 1);
    expect(await look()).toEqual(["a", "b", "c"]);
    looks.found(shares, [{ destination: "a" }], 60_000);
    expect(await look()).toEqual(["a"]);
    const sending = rowOf(noteOf("dlv_sending", { destination: "b" }), "x.x", { maxAgeMs: 60_000, now, aheadMs: 0 });
    await database.db
      .insertInto("bookend_delivery")
      .values({ ...sending, state: "sending" })
      .execute();
    expect(await look()).toEqual(["a", "b"]);
    looks.found(shares.slice(0, 1), [], 11);
    await expect.poll(look, { timeout: 10_000, interval: 5 }).toEqual(["a", "b"]);
  });

  it("goes through all destinations by name, so that each gets its turn", async () => {
    const names = Array.from({ length: lookSize * 2 + 7 }, (_, index) => `host-${String(index).padStart(5, "0")}`);
    const { looks } = await opened(names);
    const turns = new Map(names.map((name) => [name, 0]));
    const context = { free: 20, concurrency: 20, now, limits: {}, rates: rateLimits({}), circuit: defaultCircuit };
    // half of the places are for the deliveries that became due last
    const rounds = Math.ceil(names.length / (context.free / 2));
    for (let look = 0; look < 3 * rounds; look += 1) {
      const { waiting, turn } = await looks.next(now);
      expect(waiting.length).toBeLessThanOrEqual(lookSize + 100);
      const shares = sharesOf(waiting, { ...context, turn });
      looks.given(shares, context.free);
      for (const { name } of shares) turns.set(name, (turns.get(name) ?? 0) + 1);
    }
    expect(Math.min(...turns.values())).toBeGreaterThanOrEqual(2);
  });
});
