import { describeRecordedCases } from "@bookend/test-kit";
import { startReceiver } from "@bookend/test-kit/http-receiver";
import { afterAll, beforeAll } from "vitest";
import { federation } from "../src/index.js";

interface After {
  readonly asked: readonly object[];
  readonly response: unknown;
}

const accepted = { result: { status: true, value: true }, detail: { serial: "X1" } };

let server: Awaited<ReturnType<typeof startReceiver>>;
let url: string;
beforeAll(async () => {
  server = await startReceiver((response) => void response.writeHead(200).write(JSON.stringify(accepted)));
  url = new URL(server.url).origin;
});
afterAll(() => server.stop());

// the recording server had no other server to forward to, so these cases were written from the contract, in the format
// of the recordings
describeRecordedCases<After>({
  handler: "Federation",
  fixtures: new URL("fixtures/", import.meta.url),
  count: 7,
  prepare() {
    server.received.length = 0;
    const find = (name: string) => (name === "other" ? { url } : undefined);
    return {
      handler: federation({ servers: { names: () => ["other"], find }, allow: ["127.0.0.1"] }),
      observe: ({ response }) => ({
        asked: server.received.map(({ method, path, headers, body }) => ({
          method,
          path,
          parameters: JSON.parse(body),
          authorization: headers["pi-authorization"] ?? null,
        })),
        response: JSON.parse(JSON.stringify(response.body).replace(url, "<server>")),
      }),
    };
  },
  recordedAfter: ({ after }) => after,
});
