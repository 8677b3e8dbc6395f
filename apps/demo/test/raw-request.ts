import { once } from "node:events";
import { connect } from "node:net";
import type { Answer } from "./api-client.js";

/**
 * Sends the bytes of a request over a new connection and parses the JSON of the response. The request must have the
 * header `Connection: close`.
 */
export async function rawRequest(url: string, request: Buffer | string): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.write(request);
  await once(socket, "close");
  const [head = "", ...body] = Buffer.concat(chunks).toString("utf8").split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), body: JSON.parse(body.join("\r\n\r\n")) };
}

/** Returns the bytes of a request with a body. */
export function rawPost(path: string, contentType: string, body: string, userAgent?: string): string {
  return [
    `POST ${path} HTTP/1.1`,
    "Host: mfa.example",
    ...(userAgent === undefined ? [] : [`User-Agent: ${userAgent}`]),
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}

/** Returns the bytes of a request without a body. */
export function rawGet(target: string, userAgent?: string): string {
  const agent = userAgent === undefined ? "" : `User-Agent: ${userAgent}\r\n`;
  return `GET ${target} HTTP/1.1\r\nHost: mfa.example\r\n${agent}Connection: close\r\n\r\n`;
}
