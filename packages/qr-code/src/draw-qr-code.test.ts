import { PNG } from "pngjs";
import decodeQR from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { drawQrCode, type QrCodeOptions } from "./index.js";

const read = (png: Buffer) => {
  const { width, height, data } = PNG.sync.read(png);
  return { width, height, text: decodeQR({ width, height, data: new Uint8ClampedArray(data) }) };
};

describe("a QR code", () => {
  it.each<[string, QrCodeOptions]>([
    ["otpauth://hotp/OATH0001?secret=GEZDGNBVGY3TQOJQ&digits=6&counter=0", {}],
    ["otpauth://totp/Ünïcode?secret=GEZDGNBVGY3TQOJQ", { errorCorrection: "H" }],
    ["1234567890", { scale: 2 }],
    ["x".repeat(500), { errorCorrection: "L", scale: 3 }],
  ])("of %s with %j can be decoded", (text, options) => {
    expect(read(drawQrCode(text, options)).text).toBe(text);
  });

  it("has a quiet zone of four modules and the requested scale", () => {
    const [small, large] = [read(drawQrCode("bookend", { scale: 2 })), read(drawQrCode("bookend", { scale: 6 }))];
    // version 1 has 21 modules
    expect([small.width, small.height, large.width]).toEqual([2 * (21 + 8), 2 * (21 + 8), 6 * (21 + 8)]);
  });

  it.each([0, 17, 1.5, Number.NaN])("with the scale %s is refused", (scale) => {
    expect(() => drawQrCode("x", { scale })).toThrow(
      `scale: ${scale} is not valid. Allowed: a whole number from 1 to 16.`,
    );
  });

  it("is refused for a string that does not fit", () => {
    expect(() => drawQrCode("x".repeat(3_000))).toThrow(/amount of data is too big/);
  });
});
