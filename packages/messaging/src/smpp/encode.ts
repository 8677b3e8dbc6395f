import { MessagingError } from "../errors.js";
import { gsmSeptets } from "./gsm-alphabet.js";

/** A message as the parts that `submit_sm` carries. */
export interface EncodedShortMessage {
  /** 0: GSM 03.38, one septet per byte. 8: UCS-2, big-endian. */
  dataCoding: 0 | 8;
  /** 0x40 if the parts begin with a user data header, otherwise 0. */
  esmClass: 0 | 0x40;
  parts: Buffer[];
}

/** The capacity of a part, in septets or bytes of UCS-2; it is smaller with a header (3GPP TS 23.040). */
const capacity = { 0: { single: 160, concatenated: 153 }, 8: { single: 140, concatenated: 134 } } as const;

const maxParts = 255;

/**
 * Encodes a message in GSM 03.38 if that alphabet has all of its characters, otherwise in UCS-2, and splits it if it is
 * too long for one part. Neither an extension sequence nor a surrogate pair is split.
 *
 * @param reference 0 to 255, the same for every part of a message, and different for the next message
 * @throws {MessagingError} INVALID_MESSAGE if the message needs more than 255 parts
 */
export function encodeShortMessage(text: string, reference: number): EncodedShortMessage {
  const septets = gsmSeptets(text);
  const dataCoding = septets ? 0 : 8;
  const characters = septets ?? Array.from(text, utf16Bytes);
  const { single, concatenated } = capacity[dataCoding];
  const length = characters.reduce((sum, bytes) => sum + bytes.length, 0);
  if (length <= single) return { dataCoding, esmClass: 0, parts: [Buffer.from(characters.flat())] };
  const bodies = split(characters, concatenated);
  if (bodies.length > maxParts) {
    throw new MessagingError("INVALID_MESSAGE", `The text needs ${bodies.length} parts; ${maxParts} are allowed.`);
  }
  const parts = bodies.map((body, index) =>
    Buffer.from([5, 0, 3, reference & 0xff, bodies.length, index + 1, ...body]),
  );
  return { dataCoding, esmClass: 0x40, parts };
}

function split(characters: readonly (readonly number[])[], capacity: number): number[][] {
  let current: number[] = [];
  const bodies = [current];
  for (const character of characters) {
    if (current.length + character.length > capacity) {
      current = [];
      bodies.push(current);
    }
    current.push(...character);
  }
  return bodies;
}

function utf16Bytes(character: string): number[] {
  return [...Buffer.from(character, "utf16le").swap16()];
}
