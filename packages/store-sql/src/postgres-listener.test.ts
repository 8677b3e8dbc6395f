import { EventEmitter, once } from "node:events";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { openDatabase } from "./database.js";

describeEachDatabase("listen", ({ dialect, freshUrl }) => {
  if (dialect === "postgres") {
    it("receives notifications, and listens again when its connection breaks", async () => {
      const database = await openDatabase({ url: await freshUrl() });
      const heard = new EventEmitter();
      let listening = once(heard, "listening");
      const stop = database.listen("some-channel", {
        message: (payload) => heard.emit("message", payload),
        listening: () => heard.emit("listening"),
      });
      await listening;
      for (const text of ["one", "two"]) {
        const message = once(heard, "message");
        await sql`select pg_notify('some-channel', ${text})`.execute(database.db);
        expect(await message).toEqual([text]);
        listening = once(heard, "listening");
        const { rows } = await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like 'listen%'`.execute(database.db);
        expect(rows).toHaveLength(1);
        await listening;
      }
      await stop();
      await database.close();
    });
  }

  it("can be stopped before it has begun", async () => {
    const database = await openDatabase({ url: await freshUrl() });
    await database.listen("c", { message: () => undefined, listening: () => undefined })();
    await database.close();
  });
});
