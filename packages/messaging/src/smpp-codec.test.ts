import fc from "fast-check";
import smpp from "smpp";
import { describe, expect, it } from "vitest";
import { createShortMessageReassembler, decodeShortMessage, encodeShortMessage } from "./smpp-codec.js";

/** Returns the text that a receiver reads from the parts, in the given order. */
function received(text: string, order: (parts: Buffer[]) => Buffer[] = (parts) => parts): string | undefined {
  const { dataCoding, esmClass, parts } = encodeShortMessage(text, 7);
  const reassembler = createShortMessageReassembler();
  const texts = order(parts).map((part) =>
    reassembler.add("a>b", decodeShortMessage({ data_coding: dataCoding, esm_class: esmClass, short_message: part })),
  );
  expect(texts.slice(0, -1)).toEqual(texts.slice(0, -1).fill(undefined));
  return texts.at(-1);
}

describe("encodeShortMessage", () => {
  it.each([
    ["", 0, [0]],
    ["a".repeat(160), 0, [160]],
    ["a".repeat(161), 0, [153, 8]],
    ["a".repeat(306), 0, [153, 153]],
    ["a".repeat(307), 0, [153, 153, 1]],
    ["€".repeat(80), 0, [160]],
    [`${"€".repeat(80)}a`, 0, [152, 9]],
    [`${"a".repeat(152)}€${"b".repeat(10)}`, 0, [152, 12]],
    ["ж".repeat(70), 8, [140]],
    ["ж".repeat(71), 8, [134, 8]],
    [`${"ж".repeat(66)}😀${"ж".repeat(5)}`, 8, [132, 14]],
    ["ç", 8, [2]],
    ["`", 8, [2]],
    ["\u001b", 8, [2]],
  ])("splits %j", (text, dataCoding, lengths) => {
    const { parts, esmClass, ...encoded } = encodeShortMessage(text, 7);
    const header = lengths.length > 1 ? 6 : 0;
    expect(encoded.dataCoding).toBe(dataCoding);
    expect(esmClass).toBe(header ? 0x40 : 0);
    expect(parts.map((part) => part.length - header)).toEqual(lengths);
    if (header) {
      expect(parts.map((part) => [...part.subarray(0, 6)])).toEqual(
        parts.map((_, index) => [5, 0, 3, 7, parts.length, index + 1]),
      );
    }
    expect(received(text)).toBe(text);
  });

  it("encodes the bytes of GSM 03.38", () => {
    const { parts } = encodeShortMessage("@£Ç\n_É ¡§à^{}\\[~]|€\f", 0);
    expect(parts[0]?.toString("hex")).toBe(
      "00 01 09 0a 11 1f 20 40 5f 7f 1b14 1b28 1b29 1b2f 1b3c 1b3d 1b3e 1b40 1b65 1b0a".replaceAll(" ", ""),
    );
  });

  it("preserves every text, in any order of the parts, with each part within its limit", () => {
    const gsm = fc.constantFrom(..."abc @£Δ€{}[]~^|\\éà\n\r");
    const unit = fc.oneof(gsm, fc.constantFrom("😀", "ж", "ç"), fc.string({ unit: "binary", maxLength: 3 }));
    const texts = fc.oneof(fc.string({ unit: gsm, maxLength: 700 }), fc.string({ unit, maxLength: 400 }));
    fc.assert(
      fc.property(texts, (text) => {
        for (const part of encodeShortMessage(text, 7).parts) expect(part.length).toBeLessThanOrEqual(160);
        expect(received(text, (parts) => parts.toReversed())).toBe(text);
      }),
    );
  });

  it("refuses a message of more than 255 parts", () => {
    expect(encodeShortMessage("a".repeat(255 * 153), 0).parts).toHaveLength(255);
    expect(() => encodeShortMessage("a".repeat(255 * 153 + 1), 0)).toThrowError(
      expect.objectContaining({ code: "INVALID_MESSAGE" }),
    );
  });
});

describe("decodeShortMessage", () => {
  it("decodes a PDU from the smpp package", () => {
    const text = `${"Grüße {€} ".repeat(20)}Ende`;
    const { dataCoding, esmClass, parts } = encodeShortMessage(text, 200);
    const reassembler = createShortMessageReassembler();
    const texts = parts.map((part) => {
      const sent = new smpp.PDU("submit_sm", { data_coding: dataCoding, esm_class: esmClass, short_message: part });
      const { data_coding, esm_class, short_message } = new smpp.PDU(sent.toBuffer());
      return reassembler.add("a>b", decodeShortMessage({ data_coding, esm_class, short_message }));
    });
    expect(texts).toEqual([undefined, text]);
  });

  it("decodes Latin-1, an unknown extension, a 16-bit reference and other headers", () => {
    const decode = (data_coding: number, esm_class: number, hex: string) =>
      decodeShortMessage({ data_coding, esm_class, short_message: Buffer.from(hex, "hex") });
    expect(decode(3, 0, "fc")).toEqual({ text: "ü" });
    expect(decode(0, 0, "1b41")).toEqual({ text: "A" });
    expect(decode(0, 0x40, "0608 04 0102 03 02 41".replaceAll(" ", ""))).toEqual({
      text: "A",
      concatenation: { reference: 258, total: 3, sequence: 2 },
    });
    expect(decode(0, 0x40, "0b 0504 0b8423f0 0003 07 02 01 41".replaceAll(" ", ""))).toEqual({
      text: "A",
      concatenation: { reference: 7, total: 2, sequence: 1 },
    });
  });

  it("treats a part with contradictory numbers as a separate message", () => {
    for (const hex of ["050003070003", "050003070200", "050003070203", "05000307", "05", ""]) {
      const short_message = Buffer.from(hex, "hex");
      expect(decodeShortMessage({ data_coding: 0, esm_class: 0x40, short_message }), hex).toEqual({ text: "" });
    }
  });
});

describe("createShortMessageReassembler", () => {
  it("keeps conversations and references apart, and accepts a part twice", () => {
    const reassembler = createShortMessageReassembler();
    const part = (reference: number, sequence: number, text: string) => ({
      text,
      concatenation: { reference, total: 2, sequence },
    });
    expect(reassembler.add("a>b", part(1, 1, "A"))).toBeUndefined();
    expect(reassembler.add("a>b", part(1, 1, "A"))).toBeUndefined();
    expect(reassembler.add("a>c", part(1, 2, "x"))).toBeUndefined();
    expect(reassembler.add("a>b", part(2, 2, "y"))).toBeUndefined();
    expect(reassembler.add("a>b", part(1, 2, "B"))).toBe("AB");
    expect(reassembler.add("a>b", { text: "short" })).toBe("short");
  });

  it("discards the parts of a message that is still unfinished after an hour, or `maxAgeMs`", () => {
    for (const [options, ms] of [
      [{}, 3_600_000],
      [{ maxAgeMs: 500 }, 500],
    ] as const) {
      let time = 1_000;
      const reassembler = createShortMessageReassembler({ ...options, now: () => time });
      const part = (sequence: number, text: string) => ({ text, concatenation: { reference: 1, total: 3, sequence } });
      reassembler.add("a>b", part(1, "old "));
      time += ms - 1;
      reassembler.add("a>b", part(2, "old "));
      time += 1;
      // the same reference, used again for another message
      expect(reassembler.add("a>b", part(3, "!"))).toBeUndefined();
      expect(reassembler.add("a>b", part(1, "new "))).toBeUndefined();
      expect(reassembler.add("a>b", part(2, "text"))).toBe("new text!");
    }
  });

  it("discards the oldest unfinished messages if they are too long together", () => {
    const reassembler = createShortMessageReassembler();
    const part = (sequence: number, text: string) => ({ text, concatenation: { reference: 1, total: 2, sequence } });
    const long = "A".repeat(400_000);
    // a part that arrives twice counts once
    for (const conversation of ["a", "a", "b", "c"]) reassembler.add(conversation, part(1, long));
    expect(reassembler.add("b", part(2, ""))).toBe(long);
    expect(reassembler.add("c", part(2, ""))).toBe(long);
    expect(reassembler.add("a", part(2, ""))).toBeUndefined();
    // those that are complete no longer count
    for (const conversation of ["d", "e"]) reassembler.add(conversation, part(1, long));
    expect(reassembler.add("d", part(2, ""))).toBe(long);
  });

  it("discards the oldest of too many unfinished messages", () => {
    const reassembler = createShortMessageReassembler();
    const part = (sequence: number) => ({ text: "A", concatenation: { reference: 1, total: 2, sequence } });
    for (let index = 0; index <= 1000; index++) reassembler.add(`${index}`, part(1));
    expect(reassembler.add("0", part(2))).toBeUndefined();
    expect(reassembler.add("1000", part(2))).toBe("AA");
  });
});
