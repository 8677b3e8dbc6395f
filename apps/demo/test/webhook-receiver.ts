import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A server on loopback that accepts webhooks, and responds with a status that the test chooses. */
export interface WebhookReceiver {
  readonly url: string;
  /** Status of the next responses. @default 204 */
  status: number;
  /** The header `webhook-id` of the received webhooks, oldest first. */
  readonly ids: readonly string[];
}

/** Starts a receiver, which is closed when the test ends. */
export async function webhookReceiver(): Promise<WebhookReceiver> {
  const ids: string[] = [];
  const receiver = { status: 204, ids, url: "" };
  const server = createServer((request, response) => {
    ids.push(String(request.headers["webhook-id"]));
    request.resume().once("end", () => response.writeHead(receiver.status).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}
