import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

export type PictureFormat = 'png' | 'jpeg' | 'webp';

/** A picture with something on it, so that its bytes are not all alike; the same each time. */
export const pictureOf = (format: PictureFormat, width = 60, height = 40): Promise<Buffer> => {
  const pixels = Buffer.alloc(width * height * 3);
  // Xorshift of Marsaglia: noise, which compresses badly, from a fixed seed.
  let state = 2_463_534_242;
  for (let at = 0; at < pixels.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    pixels[at] = state >>> 24;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .toFormat(format)
    .toBuffer();
};

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** One chunk of a PNG, with its checksum. */
export const chunk = (name: string, data: Buffer = Buffer.alloc(0)): Buffer => {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
};

const header = (width: number, height: number): Buffer => {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([8, 2], 8);
  return chunk('IHDR', data);
};

/** A PNG that says of itself what it likes; its pixels are the first bytes of what they should be. */
export const forgedPng = (width: number, height: number, ...extra: readonly Buffer[]): Buffer =>
  Buffer.concat([
    SIGNATURE,
    header(width, height),
    ...extra,
    chunk('IDAT', deflateSync(Buffer.alloc(Math.min(height * (width * 3 + 1), 10_000)))),
    chunk('IEND'),
  ]);

/** Text that unfolds to megabytes of nothing. */
export const textBomb = (megabytes: number): Buffer =>
  chunk('zTXt', Buffer.concat([Buffer.from('comment\0\0'), deflateSync(Buffer.alloc(megabytes * 2 ** 20))]));

/** The chunk by which a PNG says that it is animated. */
export const animation = (): Buffer => chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]));

/** Three frames of a second each. */
export const animatedWebp = async (): Promise<Buffer> => {
  const frames = ['#ff0000', '#00ff00', '#0000ff'].map((background) =>
    sharp({ create: { width: 20, height: 10, channels: 3, background } })
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(frames), { join: { animated: true } })
    .webp({ delay: [1000, 1000, 1000] })
    .toBuffer();
};

/** A picture that a viewer turns by a quarter, as telephones write them. */
export const turnedJpeg = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#336699' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
