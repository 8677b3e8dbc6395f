import { config } from "../config.ts";
import { visibleTurns } from "../parts/visible-turns.ts";
import { sessionHeaders } from "../session.ts";
import { fetchInTime } from "./fetch-in-time.ts";

/** A mail that the demo sent. */
export interface SentMail {
  readonly id: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly {
    readonly filename: string | null;
    readonly contentType: string;
    readonly cid: string | null;
    readonly size: number;
  }[];
  readonly at: string;
}

/** An SMS that the demo sent. */
export interface SentSms {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly at: string;
}

/** A webhook that the demo sent to itself. */
export interface SentHook {
  readonly id: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly at: string;
}

/** Reads the messages that the demo sent, newest first. */
export async function readOutbox<T>(kind: "mails" | "sms" | "hooks", signal: AbortSignal): Promise<readonly T[]> {
  return JSON.parse(visibleTurns(await (await read(`${config.outboxPath}/${kind}`, signal)).text()));
}

async function read(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetchInTime(url, { headers: sessionHeaders(), signal });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response;
}

/** Returns the URL of a mail's attachment. */
export function attachmentUrl(mail: SentMail, index: number): string {
  return `${config.outboxPath}/mails/${mail.id}/attachments/${index}`;
}

/** Reads a PNG image of a mail as a data URL: the sandboxed frame that shows the mail cannot load any other URL. */
export async function readImage(url: string, signal: AbortSignal): Promise<string> {
  const bytes = new Uint8Array(await (await read(url, signal)).arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(binary)}`;
}
