import { publishOutboxEvent } from "@bookend/core";
import type { Transaction } from "kysely";
import type { StoreSchema } from "../store-schema.js";
import type { Claims } from "./claims.js";
import type { ClaimedRow } from "./delivery-row.js";
import { createLooks } from "./looks.js";
import { type Pump, startPump } from "./pump.js";
import type { Refills } from "./refills.js";
import type { SendingEnvironment } from "./sending-environment.js";
import { sharesOf } from "./shares.js";

/** Dependencies for sending without an engine. */
interface EmbeddedEnvironment extends SendingEnvironment {
  readonly pollMs: number;
  readonly claims: Claims;
  readonly refills: Refills;
}

/** Claims due deliveries with leases in their table, and sends them, until the pump is stopped. */
export function runEmbedded(environment: EmbeddedEnvironment): Pump {
  const { concurrency, pollMs, claims, tries, refills, claimant, limits, rates, circuit, now, sweep, failed } =
    environment;
  const looks = createLooks(claims);
  const claimUpTo = async (free: number, trx?: Transaction<StoreSchema>) => {
    if (free === 0) return [];
    const { waiting, turn } = await looks.next(now(), trx);
    const shares = sharesOf(waiting, { free, concurrency, now: now(), limits, rates, circuit, turn });
    looks.given(shares, free);
    if (shares.length === 0) return [];
    const started = performance.now();
    const rows = await claims.claim(shares, claimant(), trx);
    looks.found(shares, rows, performance.now() - started);
    return rows;
  };
  const begin = (rows: readonly ClaimedRow[]) => {
    if (rows.length > 0) publishOutboxEvent({ type: "claimed", count: rows.length });
    for (const row of rows) {
      rates.spend(row.destination, 1);
      void tries.begin(row);
    }
  };
  // an attempt keeps its place until its result is written, which limits how many are sent twice if this process dies
  const placesLeft = () => Math.max(0, concurrency - tries.size);
  refills.use(async (places, trx) => {
    const rows = await claimUpTo(places, trx);
    return () => begin(rows);
  });
  const pump = startPump({
    concurrency,
    pollMs,
    free: placesLeft,
    failed,
    tend: sweep,
    fill: (free) =>
      refills.alone(async () => {
        const rows = await claimUpTo(Math.min(free, placesLeft()));
        begin(rows);
        return rows.length;
      }),
  });
  return {
    ...pump,
    stop() {
      refills.use(undefined);
      return pump.stop();
    },
  };
}
