import { describeRecordedCases } from "@bookend/test-kit";
import { startReceiver } from "@bookend/test-kit/http-receiver";
import { afterAll, beforeAll } from "vitest";
import { webhook } from "../src/index.js";

interface After {
  readonly sent: readonly { readonly data: string; readonly headers: Readonly<Record<string, string>> }[];
}

let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());

describeRecordedCases<After>({
  handler: "WebHook",
  fixtures: new URL("fixtures/", import.meta.url),
  count: 47,
  // privacyIDEA stores an option that is not set as null
  options: ({ options }) =>
    Object.fromEntries(Object.entries({ ...options, URL: receiver.url }).filter(([, value]) => value !== null)),
  prepare() {
    receiver.received.length = 0;
    return {
      handler: webhook({ allow: ["127.0.0.1"] }),
      // tags show local time: 12:00, as on the recording server, whose time zone was UTC
      host: { clock: () => new Date(2026, 2, 15, 12) },
      observe: () => ({
        sent: receiver.received.map(({ body, headers }) => comparable(body, headers["content-type"])),
      }),
    };
  },
  recordedAfter: ({ after }) => ({
    sent: after.sent.map(({ data, headers }) => comparable(data, headers["Content-Type"])),
  }),
});

/** Prepares a body for a comparison. JSON is compared by value, regardless of spaces and escapes. */
function comparable(body: string, type: string | undefined): object {
  try {
    return { type, json: JSON.parse(body) };
  } catch {
    return { type, text: body };
  }
}
