import { create } from "qrcode";
import { encodePng } from "./encode-png.js";

/** Options of {@link drawQrCode}. */
export interface QrCodeOptions {
  /**
   * Width of a module in pixels, from 1 to 16.
   *
   * @default 4
   */
  readonly scale?: number | undefined;
  /**
   * How much of the code can be damaged: `L` 7 %, `M` 15 %, `Q` 25 %, `H` 30 %.
   *
   * @default "M"
   */
  readonly errorCorrection?: "L" | "M" | "Q" | "H" | undefined;
}

/** Light modules around the code. Source: ISO/IEC 18004. */
const quietZone = 4;

const largestScale = 16;

/**
 * Draws a string as a QR code: a black-and-white PNG with a quiet zone of four modules.
 *
 * @throws {RangeError} if the scale is not a whole number from 1 to 16
 * @throws {Error} if the string does not fit into a QR code, which holds up to 2,953 bytes at level `L`
 */
export function drawQrCode(
  text: string,
  { scale = 4, errorCorrection = "M" }: QrCodeOptions = {},
): Buffer<ArrayBuffer> {
  if (!Number.isInteger(scale) || scale < 1 || scale > largestScale) {
    throw new RangeError(`scale: ${scale} is not valid. Allowed: a whole number from 1 to ${largestScale}.`);
  }
  const { modules } = create(text, { errorCorrectionLevel: errorCorrection });
  const { size } = modules;
  const isInside = (at: number) => at >= 0 && at < size;
  return encodePng(size + 2 * quietZone, scale, (row, column) => {
    const [y, x] = [row - quietZone, column - quietZone];
    return isInside(y) && isInside(x) && modules.get(y, x) === 1;
  });
}
