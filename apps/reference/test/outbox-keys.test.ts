import { randomBytes } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnyDeliveryKind, type Delivery, defaultRetryPolicy } from "@bookend/core";
import { expect, it, onTestFinished, vi } from "vitest";
import { loadSecrets, parseConfig } from "../src/index.js";
import { openServices } from "../src/services/services.js";

const [first, second] = [randomBytes(32).toString("base64"), randomBytes(32).toString("base64")];

/**
 * Creates a data directory. `open` opens its outbox with the given keys; deliveries that it sends are added to `sent`.
 */
async function installation() {
  const directory = await mkdtemp(join(tmpdir(), "bookend-outbox-keys-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const sent: Delivery[] = [];
  const kind: AnyDeliveryKind = {
    name: "note",
    send(delivery) {
      sent.push(delivery);
      return { status: "sent" };
    },
  };
  const open = async (secrets: object) => {
    const config = parseConfig({ dataDirectory: directory, secrets });
    const services = await openServices({ config, secrets: await loadSecrets(config) });
    services.outbox.register?.(new Map([["Kit/note", kind]]));
    return services;
  };
  return { directory, sent, kind, open };
}

function noteOf(id: string): Delivery {
  return {
    id,
    kind: "Kit/note",
    version: 1,
    payload: { text: id },
    destination: "kit",
    summary: "",
    retry: defaultRetryPolicy,
    createdAt: new Date(),
    callId: "call-1",
    event: "e",
    bindingId: 1,
    bindingName: "b",
  };
}

it("a delivery that was encrypted with a former outbox key is dead until that key is configured and it is replayed", async () => {
  const { sent, kind, open } = await installation();
  const before = await open({ outboxKey: first });
  await before.outbox.submit(noteOf("dlv_1"), { kind, signal: new AbortController().signal });
  await before.close();

  const tooEarly = await open({ outboxKey: second });
  await tooEarly.outbox.start();
  await vi.waitUntil(async () => (await tooEarly.outbox.counts()).dead === 1, { timeout: 10_000 });
  const { delivery } = (await tooEarly.outbox.get("dlv_1")) ?? {};
  expect(delivery?.reason).toMatch(/^its payload is sealed with the key "k[0-9a-f]{16}", which is not configured$/);
  await tooEarly.close();

  // the current key may also be listed among the former keys, and a former key may be listed twice
  const rotated = await open({ outboxKey: second, formerOutboxKeys: [first, second, first] });
  await rotated.outbox.start();
  expect(await rotated.outbox.replay({ states: ["dead"] })).toMatchObject({ count: 1 });
  await vi.waitUntil(async () => (await rotated.outbox.counts()).sent === 1, { timeout: 10_000 });
  expect(sent).toMatchObject([{ id: "dlv_1", payload: { text: "dlv_1" } }]);
  await rotated.close();
});

it("the outbox key is created on the first start, and only the user of the server can read it", async () => {
  const { directory, open } = await installation();
  await (await open({})).close();
  expect((await stat(join(directory, "secrets/outbox.key"))).mode & 0o777).toBe(0o600);
});
