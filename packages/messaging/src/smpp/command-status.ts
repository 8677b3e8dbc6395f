/// <reference path="./smpp.d.ts" />
import smpp from "smpp";
import { MessagingError, type MessagingErrorCode } from "../errors.js";

const names: ReadonlyMap<number, string> = new Map(Object.entries(smpp.errors).map(([name, code]) => [code, name]));

/** Values of `command_status` that do not mean a permanent refusal. */
const codes: Readonly<Record<string, MessagingErrorCode>> = {
  ESME_RTHROTTLED: "THROTTLED",
  ESME_RMSGQFUL: "QUEUE_FULL",
  ESME_RSYSERR: "DEFERRED",
};

/** Returns the name of a `command_status`, such as `ESME_ROK`, or its hexadecimal number if it is unknown. */
function statusName(status: number): string {
  return names.get(status) ?? `0x${status.toString(16).padStart(8, "0")}`;
}

/** Creates the error for a message for which the SMS center returned a status other than `ESME_ROK`. */
export function submitRefused(host: string, status: number): MessagingError {
  const name = statusName(status);
  return new MessagingError(codes[name] ?? "REJECTED", `${host}: the SMS center refused the message: ${name}.`);
}

/** Creates the error for a refused bind. */
export function bindRefused(host: string, status: number): MessagingError {
  const name = statusName(status);
  const login = ["ESME_RBINDFAIL", "ESME_RINVPASWD", "ESME_RINVSYSID"].includes(name);
  return new MessagingError(
    login ? "AUTH_FAILED" : "CONNECT_FAILED",
    `${host}: the SMS center refused the bind: ${name}.`,
  );
}
