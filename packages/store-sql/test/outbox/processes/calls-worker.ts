import { readFileSync } from "node:fs";
import { createBookend, createCall, defineDelivery, defineHandler, memoryBindings } from "@bookend/core";
import { openDatabase, openOutbox, openStore } from "../../../src/index.js";

/** The input of a worker that handles calls until it is killed, as JSON in its first argument. */
export interface CallsSetup {
  readonly url: string;
  readonly auditKeyFile: string;
  readonly outboxKey: string;
  readonly required: boolean;
}

const { url, auditKeyFile, outboxKey, required } = JSON.parse(process.argv[2] ?? "{}") as CallsSetup;
const database = await openDatabase<object>({ url });
const store = await openStore({ database, auditKey: readFileSync(auditKeyFile, "utf8") });
const outbox = openOutbox({ database, audit: store.audit, keys: [{ id: "calls", secret: outboxKey }] });
const kind = defineDelivery<{ n: number }>({ name: "note", send: () => ({ status: "sent" }) });
const options = {
  "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value: value as object }) },
};
const action = { description: "", options, optionsJsonSchema: { type: "object", properties: {} } } as const;
const handler = defineHandler({
  id: "Kit",
  description: "",
  positions: ["post"],
  deliveries: [kind],
  actions: {
    note: { ...action, run: ({ deliver }) => deliver(kind, { n: 1 }) },
    fail: {
      ...action,
      run: () => {
        throw new Error("the call is supposed to be aborted");
      },
    },
  },
});
const common = { position: "post", handler: "Kit" } as const;
const bookend = createBookend({
  handlers: [handler],
  bindings: memoryBindings([
    { ...common, name: "note", events: ["good", "bad"], action: "note", delivery: "durable", ordering: 1 },
    { ...common, name: "abort", events: ["bad"], action: "fail", abortOnError: true, ordering: 2 },
  ]),
  audit: { sink: store.audit, required },
  outbox,
});
const caller = async () => {
  for (let count = 0; ; count += 1) {
    const event = count % 4 === 3 ? "bad" : "good";
    try {
      await bookend.handle(createCall({ event }), () => ({ status: 200, body: {} }));
    } catch {
      // the call was aborted
    }
    console.log(event);
  }
};
await Promise.all([1, 2, 3, 4].map(caller));
