import type { DecodedShortMessage } from "./decode.js";

/** Combines the parts of long messages. */
export interface ShortMessageReassembler {
  /**
   * Accepts messages and parts in any order, and returns the whole text once it is complete.
   *
   * @param conversation the sender and the recipient: parts of different conversations are never combined
   */
  add(conversation: string, message: DecodedShortMessage): string | undefined;
}

/** Options of {@link createShortMessageReassembler}. */
export interface ShortMessageReassemblerOptions {
  /**
   * Milliseconds after which the parts of an unfinished message are discarded, counted from its first part. A sender
   * uses each reference again, so later parts with the same one belong to another message.
   *
   * @default 3,600,000 (one hour)
   */
  readonly maxAgeMs?: number | undefined;
  /**
   * Returns the time in milliseconds.
   *
   * @default Date.now
   */
  readonly now?: (() => number) | undefined;
}

/** Maximum number of unfinished messages that are kept; after that, the oldest is discarded. */
const maxPending = 1000;

/** Maximum number of characters in unfinished messages; after that, the oldest message is discarded. */
const maxCharacters = 1_000_000;

/** A message of which some parts have arrived. */
interface Unfinished {
  readonly since: number;
  readonly parts: Map<number, string>;
}

/** Creates a reassembler. It keeps at most 1,000 unfinished messages with 1,000,000 characters. */
export function createShortMessageReassembler({
  maxAgeMs = 3_600_000,
  now = Date.now,
}: ShortMessageReassemblerOptions = {}): ShortMessageReassembler {
  /** The unfinished messages, the oldest first. */
  const pending = new Map<string, Unfinished>();
  let characters = 0;
  const forget = (key: string, { parts }: Unfinished) => {
    for (const text of parts.values()) characters -= text.length;
    pending.delete(key);
  };
  const discardOld = () => {
    for (const [key, unfinished] of pending) {
      const isTooMuch = pending.size > maxPending || characters > maxCharacters;
      if (!isTooMuch && now() - unfinished.since < maxAgeMs) return;
      forget(key, unfinished);
    }
  };
  return {
    add(conversation, { text, concatenation }) {
      if (!concatenation) return text;
      discardOld();
      const { reference, total, sequence } = concatenation;
      const key = JSON.stringify([conversation, reference, total]);
      const unfinished = pending.get(key) ?? { since: now(), parts: new Map<number, string>() };
      const { parts } = unfinished;
      characters += text.length - (parts.get(sequence)?.length ?? 0);
      parts.set(sequence, text);
      if (parts.size === total) {
        forget(key, unfinished);
        return Array.from({ length: total }, (_, index) => parts.get(index + 1)).join("");
      }
      pending.set(key, unfinished);
      discardOld();
      return undefined;
    },
  };
}
