import type { AnyDeliveryKind } from "@bookend/core";
import { startPostgres } from "@bookend/test-kit/postgres";
import pg from "pg";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { noteOf, openTestOutbox, submit } from "../../test/outbox/test-outbox.js";

const leaseMs = 1_500;

describe.skipIf("skip" in inject("postgres")).each(["fast", "immediate"] as const)(
  "PostgreSQL that is restarted (%s)",
  (mode) => {
    /** Creates an outbox on a separate server; `sending` runs within each attempt. */
    async function opened(sending: () => Promise<void>) {
      const postgres = await startPostgres();
      if ("skip" in postgres) throw new Error(postgres.skip);
      onTestFinished(() => postgres.stop());
      const tries: string[] = [];
      const failures: unknown[] = [];
      const kind: AnyDeliveryKind = {
        name: "note",
        async send({ id }) {
          tries.push(id);
          await sending();
          return { status: "sent" };
        },
      };
      const error = (of: unknown) => failures.push(of);
      const logger = { error, warn: error, info: () => undefined, debug: () => undefined };
      const { outbox, store } = await openTestOutbox(postgres.url, { "Kit/note": kind }, { leaseMs, logger });
      await submit(outbox, noteOf("dlv_1", { createdAt: new Date() }), kind);
      const sent = async () => {
        await expect
          .poll(async () => (await outbox.get("dlv_1").catch(() => undefined))?.delivery.state, { timeout: 20_000 })
          .toBe("sent");
        expect(await store.audit.verify()).toMatchObject({ ok: true });
        return (await outbox.get("dlv_1"))?.attempts.map(({ outcome }) => outcome);
      };
      return { postgres, outbox, tries, failures, sent };
    }

    it("within a claim: the delivery is sent once", async () => {
      const { postgres, outbox, tries, sent } = await opened(async () => undefined);
      const client = new pg.Client(postgres.url);
      client.on("error", () => undefined);
      await client.connect();
      // waiting deliveries can be read, but not claimed
      await client.query("begin; lock table bookend_delivery in share mode");
      await outbox.start();
      const blocked = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'with claimed'";
      const looking = new pg.Client(postgres.url);
      looking.on("error", () => undefined);
      await looking.connect();
      await expect.poll(async () => (await looking.query(blocked)).rowCount, { timeout: 10_000 }).toBe(1);
      await postgres.shutDown(mode);
      await postgres.restart();
      await sent();
      expect(tries).toEqual(["dlv_1"]);
    }, 60_000);

    it("within an attempt: its result is written, and it is not sent again", async () => {
      const restart = async () => {
        await env.postgres.shutDown(mode);
        await env.postgres.restart();
      };
      const env = await opened(restart);
      await env.outbox.start();
      expect(await env.sent()).toEqual(["sent"]);
      expect(env.tries).toEqual(["dlv_1"]);
    }, 60_000);

    it("between the response to an attempt and its record: the result is written, and it is not sent again", async () => {
      const env = await opened(() => env.postgres.shutDown(mode));
      await env.outbox.start();
      // the database has been needed several times since then
      await expect.poll(() => env.failures.length, { timeout: 20_000 }).toBeGreaterThan(2);
      await env.postgres.restart();
      expect(await env.sent()).toEqual(["sent"]);
      expect(env.tries).toEqual(["dlv_1"]);
    }, 60_000);
  },
);
