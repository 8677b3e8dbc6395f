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

/** Maximum number of unfinished messages that are kept; after that, the oldest is discarded. */
const maxPending = 1000;

/** Creates a reassembler. */
export function createShortMessageReassembler(): ShortMessageReassembler {
  const pending = new Map<string, Map<number, string>>();
  return {
    add(conversation, { text, concatenation }) {
      if (!concatenation) return text;
      const { reference, total, sequence } = concatenation;
      const key = JSON.stringify([conversation, reference, total]);
      const parts = pending.get(key) ?? new Map<number, string>();
      parts.set(sequence, text);
      if (parts.size === total) {
        pending.delete(key);
        return Array.from({ length: total }, (_, index) => parts.get(index + 1)).join("");
      }
      pending.set(key, parts);
      const [oldest] = pending.keys();
      if (oldest !== undefined && pending.size > maxPending) pending.delete(oldest);
      return undefined;
    },
  };
}
