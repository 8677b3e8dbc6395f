import { crc32, deflateSync } from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Returns a black-and-white PNG (grayscale, one bit per pixel) of square cells, each `scale` pixels wide. Written
 * without a library, since libraries write at least eight bits per pixel, which would take most of the time of an
 * enrollment.
 *
 * @param isDark whether the cell in a row and a column is dark, both counted from 0
 * @see https://www.w3.org/TR/png-3/
 */
export function encodePng(
  cells: number,
  scale: number,
  isDark: (row: number, column: number) => boolean,
): Buffer<ArrayBuffer> {
  const width = cells * scale;
  // each line begins with the number of its filter; 0 means none
  const lineLength = 1 + Math.ceil(width / 8);
  const lines = Buffer.alloc(lineLength * width);
  for (let row = 0; row < cells; row++) {
    const start = row * scale * lineLength;
    for (let x = 0; x < width; x++) {
      if (isDark(row, Math.floor(x / scale))) continue;
      const at = start + 1 + (x >> 3);
      lines[at] = (lines[at] ?? 0) | (0x80 >> (x & 7));
    }
    for (let copy = 1; copy < scale; copy++) lines.copyWithin(start + copy * lineLength, start, start + lineLength);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  // one bit per pixel; color type, compression, filter and interlace methods are 0
  header.writeUInt8(1, 8);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
