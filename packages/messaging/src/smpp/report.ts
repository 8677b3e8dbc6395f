/// <reference path="./smpp.d.ts" />
import type smpp from "smpp";
import type { IdForm } from "./config.js";

/** The report of an SMS center about a message, or a part of one, that it accepted earlier. */
export interface SmsReport {
  /**
   * Ids of the message, of which at least one is in the `receiptIds` of its `SmsReceipt`. Usually one id, or two if the
   * SMS center names the message in two different ways.
   */
  readonly ids: readonly string[];
  /** Only `pending` and `unknown` may be followed by another report. */
  readonly state: "delivered" | "failed" | "pending" | "unknown";
  /** The SMS center's own description, such as `UNDELIV err:069`. */
  readonly code: string;
}

/** How an SMS center writes the ids of messages. */
export interface IdForms {
  /** In its responses to `submit_sm`, and in `receipted_message_id`. */
  readonly submitIds: IdForm;
  /** In the text of a receipt. */
  readonly receiptIds: IdForm;
}

/**
 * The bits of `esm_class` that give the type of a `deliver_sm` (SMPP 3.4, 5.2.12): a receipt, or an intermediate
 * notification.
 */
const typeBits = 0x3c;
const receiptTypes: ReadonlySet<number> = new Set([0x04, 0x20]);

/** Names of `message_state` (SMPP 3.4, 5.2.28; 5.0, 4.7.15), as written in the text of receipts. */
const stateNames = [
  "SCHEDULED",
  "ENROUTE",
  "DELIVRD",
  "EXPIRED",
  "DELETED",
  "UNDELIV",
  "ACCEPTD",
  "UNKNOWN",
  "REJECTD",
  "SKIPPED",
] as const;

/** SMS centers use longer and shorter forms of state names, so only their beginnings are compared. */
const states: readonly (readonly [name: RegExp, state: SmsReport["state"]])[] = [
  [/^DELIV/, "delivered"],
  [/^(EXPIR|DELET|UNDEL|REJ|SKIP|FAIL)/, "failed"],
  [/^(SCHED|ENROUTE|ACCEPT|BUFFER)/, "pending"],
];

/** Maximum number of characters of a receipt's text that are examined. */
const maxTextLength = 1_000;

/**
 * Reads the report in a `deliver_sm` or `data_sm` about a message that was sent earlier; undefined if it is not a
 * receipt, or does not name a message and a state.
 */
export function readReport(pdu: smpp.PDU, forms: IdForms): SmsReport | undefined {
  if (!receiptTypes.has((pdu.esm_class ?? 0) & typeBits)) return undefined;
  // "text:" is followed by the beginning of the message itself
  const [text = ""] = textOf(pdu)
    .slice(0, maxTextLength)
    .split(/\btext:/i, 1);
  const ids = new Set([
    canonicalId(pdu.receipted_message_id ?? "", forms.submitIds),
    canonicalId(field(text, "id") ?? "", forms.receiptIds),
  ]);
  ids.delete("");
  const name = stateNames[pdu.message_state ?? -1] ?? field(text, "stat")?.toUpperCase();
  if (ids.size === 0 || name === undefined) return undefined;
  const error = field(text, "err") ?? networkError(pdu.network_error_code);
  return {
    ids: [...ids],
    state: states.find(([begin]) => begin.test(name))?.[1] ?? "unknown",
    code: error === undefined || /^0*$/.test(error) ? name : `${name} err:${error}`,
  };
}

/**
 * Returns an id in the form used for comparison: a decimal or hexadecimal number becomes a decimal number without
 * leading zeros. Any other id stays as it is, apart from white space around it.
 */
export function canonicalId(id: string, form: IdForm): string {
  const given = id.trim();
  if (form === "decimal" && /^\d{1,64}$/.test(given)) return BigInt(given).toString();
  if (form === "hex" && /^[0-9a-f]{1,64}$/i.test(given)) return BigInt(`0x${given}`).toString();
  return given;
}

function textOf({ short_message, message_payload }: smpp.PDU): string {
  const message = short_message?.message.length ? short_message.message : message_payload;
  const content = message instanceof Uint8Array || typeof message === "string" ? message : message?.message;
  return content instanceof Uint8Array ? Buffer.from(content).toString("latin1") : (content ?? "");
}

/** Returns a field of a receipt's text, such as `stat:DELIVRD`. */
function field(text: string, name: "id" | "stat" | "err"): string | undefined {
  return new RegExp(`(?:^|\\s)${name}:\\s{0,5}(\\S{1,65})`, "i").exec(text)?.[1];
}

/** Reads the number in `network_error_code`, which follows the kind of network. */
function networkError(code: Buffer | undefined): string | undefined {
  return code?.length === 3 ? String(code.readUInt16BE(1)) : undefined;
}
