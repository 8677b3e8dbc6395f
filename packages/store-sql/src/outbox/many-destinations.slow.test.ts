import type { AnyDeliveryKind } from "@bookend/core";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it } from "vitest";
import { noteOf, openTestOutbox, submit } from "../../test/outbox/test-outbox.js";
import { lookSize } from "./claim-statements.js";

const count = lookSize * 2 + 500;
const concurrency = 10;

describeEachDatabase("deliveries for more destinations than one lookup covers", ({ freshUrl }) => {
  it("are sent, each once, and a fresh one does not wait until all others have had their turn", async () => {
    const begun: string[] = [];
    let fresh: Promise<unknown> | undefined;
    let submittedAfter = 0;
    const kind: AnyDeliveryKind = {
      name: "note",
      async send({ id }) {
        begun.push(id);
        if (begun.length >= 100) {
          // no attempt ends before the fresh delivery is submitted
          fresh ??= submit(outbox, noteOf("dlv_fresh", { destination: "zz" }), kind).then(() => {
            submittedAfter = begun.length;
          });
          if (id !== "dlv_fresh") await fresh;
        }
        return { status: "sent" };
      },
    };
    const { outbox } = await openTestOutbox(await freshUrl(), { "Kit/note": kind });
    const ids = Array.from({ length: count }, (_, index) => `dlv_${index}`);
    for (let at = 0; at < count; at += 500)
      await Promise.all(
        ids.slice(at, at + 500).map((id) => submit(outbox, noteOf(id, { destination: `host-${id}` }), kind)),
      );
    await outbox.start({ concurrency });
    await expect.poll(async () => (await outbox.counts()).sent, { timeout: 60_000, interval: 100 }).toBe(count + 1);
    expect([...begun].sort()).toEqual([...ids, "dlv_fresh"].sort());
    // only those that were claimed before it was submitted, or together with it, may begin earlier
    expect(begun.indexOf("dlv_fresh") - submittedAfter).toBeLessThan(3 * concurrency);
  }, 90_000);
});
