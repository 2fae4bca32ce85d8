import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import type { ImageRequest } from '../image-provider.port.js';

/** Pixels of the longest side: small enough to be drawn in a fraction of a millisecond. */
const LONGEST_SIDE = 96;
const COLORS = 64;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The asked size in its proportions, at most 96 pixels on the longest side. */
export function pictureSize({ width, height }: Size): Size {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** SHA-256 in hex of all that shapes the picture. */
export function requestDigest(model: string, request: ImageRequest): string {
  const { prompt, negativePrompt = '', visual, width, height, steps, cfgScale, seed } = request;
  const choices = Object.entries(visual).sort(([left], [right]) => (left < right ? -1 : 1));
  const content = JSON.stringify([model, prompt, negativePrompt, choices, width, height, steps, cfgScale, seed]);
  return createHash('sha256').update(content).digest('hex');
}

function chunk(type: string, content: Buffer): Buffer {
  const framed = Buffer.alloc(content.length + 12);
  framed.writeUInt32BE(content.length, 0);
  framed.write(type, 4, 'latin1');
  content.copy(framed, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, 8 + content.length)), 8 + content.length);
  return framed;
}

/** A ramp between two colours that the bytes name, there and back, so that no edge shows where the waves wrap. */
function palette(bytes: Buffer): Buffer {
  const colors = Buffer.alloc(COLORS * 3);
  for (let index = 0; index < COLORS; index += 1) {
    const share = Math.abs(index - COLORS / 2) / (COLORS / 2);
    for (let channel = 0; channel < 3; channel += 1) {
      const [from = 0, to = 0] = [bytes[channel], bytes[channel + 3]];
      colors[index * 3 + channel] = Math.round(from + (to - from) * share);
    }
  }
  return colors;
}

/** One period of a sine in 256 steps, 0 – 21, so that three of them name one of the 64 colours. */
const SINE = Uint8Array.from({ length: 256 }, (_, step) => Math.round(10.5 + 10.5 * Math.sin((step * Math.PI) / 128)));

/** Three waves across the picture, whose directions, lengths and phases the bytes name; rows begin with their filter type. */
function rows(bytes: Buffer, { width, height }: Size): Buffer {
  const [dx1 = 0, dy1 = 0, dx2 = 0, dy2 = 0, dx3 = 0, dy3 = 0] = [...bytes.subarray(6, 12)].map((byte) => byte - 128);
  const [phase1 = 0, phase2 = 0, phase3 = 0] = [...bytes.subarray(12, 15)].map((byte) => byte << 4);
  const sine = (angle: number): number => SINE[(angle >> 4) & 255] ?? 0;
  const pixels = Buffer.alloc((width + 1) * height);
  for (let y = 0, offset = 1; y < height; y += 1, offset += 1) {
    for (let x = 0; x < width; x += 1, offset += 1) {
      pixels[offset] =
        sine(phase1 + x * dx1 + y * dy1) + sine(phase2 + x * dx2 + y * dy2) + sine(phase3 + x * dx3 + y * dy3);
    }
  }
  return pixels;
}

/**
 * A PNG (W3C PNG, third edition; indexed colour, 8 bit) that follows from the digest alone.
 * @param digest 64 hex digits
 */
export function drawPicture(digest: string, size: Size): Buffer {
  const bytes = Buffer.from(digest, 'hex');
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size.width, 0);
  header.writeUInt32BE(size.height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette(bytes)),
    // Pictures of the same two colours and waves would be equal bytes; the digest makes every one its own.
    chunk('tEXt', Buffer.from(`Comment\0${digest}`, 'latin1')),
    chunk('IDAT', deflateSync(rows(bytes, size), { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
