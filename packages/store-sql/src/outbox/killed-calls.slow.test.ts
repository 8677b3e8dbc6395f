import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it } from "vitest";
import { keyFile, openTestStore } from "../../test/fresh-store.js";
import type { CallsSetup } from "../../test/outbox/processes/calls-worker.js";
import { generateOutboxKey } from "../index.js";

const worker = fileURLToPath(new URL("../../test/outbox/processes/calls-worker.ts", import.meta.url));

describeEachDatabase("a process that is killed while it handles calls", ({ dialect, freshUrl }) => {
  it("leaves a delivery if and only if it leaves the entry of its action", async () => {
    // one run of each kind: entries that are committed when the call ends, or when their action ends
    const required = dialect === "postgres";
    const url = await freshUrl();
    const { store, database } = await openTestStore(url);
    const setup: CallsSetup = {
      url,
      auditKeyFile: keyFile(),
      outboxKey: generateOutboxKey("calls").secret,
      required,
    };
    const args = ["--conditions=@bookend/source", "--import", "tsx", worker, JSON.stringify(setup)];
    const killed = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    // at a random moment: after one of its first calls, while others are in progress
    let left = 10 + Math.floor(Math.random() * 100);
    createInterface(killed.stdout).on("line", () => {
      left -= 1;
      if (left === 0) killed.kill("SIGKILL");
    });
    await once(killed, "exit");

    const entries = await database.db
      .selectFrom("bookend_audit")
      .select(["parent", "binding_name"])
      .where("handler", "=", "Kit")
      .execute();
    const parentsOf = (name: string) =>
      entries.flatMap(({ parent, binding_name }) => (binding_name === name && parent !== null ? [parent] : []));
    const aborted = new Set(parentsOf("abort"));
    const expected = parentsOf("note").filter((parent) => !aborted.has(parent));
    const deliveries = await database.db.selectFrom("bookend_delivery").select("call").execute();
    expect(deliveries.map(({ call }) => call).sort()).toEqual(expected.sort());
    expect(deliveries.length).toBeGreaterThan(3);
    expect(await store.audit.verify()).toMatchObject({ ok: true });
  }, 60_000);
});
