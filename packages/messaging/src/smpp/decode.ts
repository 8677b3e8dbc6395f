import { gsmText } from "./gsm-alphabet.js";

/**
 * The fields of a `submit_sm` or `deliver_sm` that decoding needs. `short_message` holds the bytes as sent, or their
 * form in the `smpp` package, whose PDUs can be passed unchanged.
 */
export interface ReceivedShortMessage {
  data_coding: number;
  esm_class: number;
  short_message: Uint8Array | { udh?: readonly Uint8Array[] | undefined; message: string | Uint8Array };
}

/** The position of a part in its message. */
export interface Concatenation {
  reference: number;
  /** Number of parts. */
  total: number;
  /** Counted from 1. */
  sequence: number;
}

/** A decoded message, or a part of one. */
export interface DecodedShortMessage {
  text: string;
  concatenation?: Concatenation | undefined;
}

/** The bit of `esm_class` that marks a leading user data header. */
const udhIndicator = 0x40;

/**
 * Decodes a message or part in Latin-1 (`data_coding` 3), UCS-2 (8) or GSM 03.38 (0 and any other value), with its user
 * data header.
 */
export function decodeShortMessage({
  data_coding,
  esm_class,
  short_message,
}: ReceivedShortMessage): DecodedShortMessage {
  if (!(short_message instanceof Uint8Array)) {
    const { udh = [], message } = short_message;
    return decoded(udh, typeof message === "string" ? message : decodeText(message, data_coding));
  }
  const headerLength = esm_class & udhIndicator ? (short_message[0] ?? 0) + 1 : 0;
  const elements = readElements(short_message.subarray(1, headerLength));
  return decoded(elements, decodeText(short_message.subarray(headerLength), data_coding));
}

function decoded(elements: readonly Uint8Array[], text: string): DecodedShortMessage {
  for (const element of elements) {
    const concatenation = readConcatenation(element);
    if (concatenation) return { text, concatenation };
  }
  return { text };
}

/** Reads the elements of a user data header, each with its identifier and length. */
function readElements(header: Uint8Array): Uint8Array[] {
  const elements: Uint8Array[] = [];
  for (let at = 0; at + 1 < header.length; at += 2 + (header[at + 1] ?? 0)) {
    elements.push(header.subarray(at, at + 2 + (header[at + 1] ?? 0)));
  }
  return elements;
}

/**
 * Reads the position of a part of a message. Element 0 has an 8-bit reference, element 8 a 16-bit one (3GPP TS 23.040,
 * 9.2.3.24).
 */
function readConcatenation([identifier, length, ...data]: Uint8Array): Concatenation | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = data;
  if (identifier === 0 && length === 3) return plausible({ reference: a, total: b, sequence: c });
  if (identifier === 8 && length === 4) return plausible({ reference: a * 256 + b, total: c, sequence: d });
  return undefined;
}

/**
 * Returns undefined if the number of the part does not fit its message: such a part must be treated as a separate
 * message (3GPP TS 23.040).
 */
function plausible(concatenation: Concatenation): Concatenation | undefined {
  const { total, sequence } = concatenation;
  return sequence >= 1 && sequence <= total ? concatenation : undefined;
}

function decodeText(bytes: Uint8Array, dataCoding: number): string {
  if (dataCoding === 8)
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString("utf16le");
  return dataCoding === 3 ? Buffer.from(bytes).toString("latin1") : gsmText(bytes);
}
