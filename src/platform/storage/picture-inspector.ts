import sharp from 'sharp';
import { PictureUnfit } from './storage.errors.js';

/** What can be taken in as a picture, by its media type. */
export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const;
export type PictureType = (typeof PICTURE_TYPES)[number];

/** A picture that was decoded from its first row to its last. */
export interface InspectedPicture {
  readonly contentType: PictureType;
  /** Pixels, as a viewer shows it: turned as its EXIF data say. */
  readonly width: number;
  readonly height: number;
}

/** 50 megapixels: what cameras make, and at most some hundred megabytes while it is decoded. */
export const MAX_PIXELS = 50_000_000;
const DECODING_LIMIT_SECONDS = 20;
/** Decoding takes memory and a core, so few are decoded at a time; the others wait, without their bytes. */
const AT_ONCE = 2;

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** By the first bytes, so that no other decoder than that of the three formats ever sees what a stranger sent. */
export const sniff = (content: Buffer): PictureType | null => {
  if (content.subarray(0, 8).equals(PNG)) return 'image/png';
  if (content.subarray(0, 3).equals(Buffer.of(0xff, 0xd8, 0xff))) return 'image/jpeg';
  const isWebp = content.toString('latin1', 0, 4) === 'RIFF' && content.toString('latin1', 8, 12) === 'WEBP';
  return isWebp ? 'image/webp' : null;
};

/** An animated PNG says so in a chunk in front of its pixels (APNG specification); the decoder would show its first frame without a word. */
const isAnimatedPng = (content: Buffer): boolean => {
  for (let at = PNG.length; at + 8 <= content.length;) {
    const name = content.toString('latin1', at + 4, at + 8);
    if (name === 'acTL') return true;
    if (name === 'IDAT') return false;
    at += 12 + content.readUInt32BE(at);
  }
  return false;
};

/** The decoder's own words name its library and help nobody but a person who looks for the reason. */
const unfit = (message: string, cause?: unknown): PictureUnfit => new PictureUnfit(message, { cause });

/**
 * Reads the header and decodes every pixel. All rows come out, one pixel wide: of a picture that is made smaller both ways the decoder may leave
 * out the last rows, and a cut that is near the end goes unnoticed.
 * @throws PictureUnfit
 */
const decode = async (content: Buffer, contentType: PictureType): Promise<InspectedPicture> => {
  const picture = sharp(content, { limitInputPixels: MAX_PIXELS, failOn: 'error', sequentialRead: true });
  const { format, height, pages = 1, autoOrient } = await picture.metadata();
  if (`image/${format}` !== contentType) throw unfit(`The content is no ${contentType}`);
  if (pages > 1 || (contentType === 'image/png' && isAnimatedPng(content)))
    throw unfit('The picture is animated; only still pictures are taken');
  await picture.timeout({ seconds: DECODING_LIMIT_SECONDS }).resize(1, height, { fit: 'fill' }).raw().toBuffer();
  return { contentType, width: autoOrient.width, height: autoOrient.height };
};

/** Looks at pictures of strangers, a few at a time. */
export class PictureInspector {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /**
   * What a content is, if it is a whole, still PNG, JPEG or WebP of at most 50 megapixels.
   * @param read called when its turn has come
   * @throws PictureUnfit; whatever `read` throws
   */
  async inspect(read: () => Promise<Buffer>): Promise<InspectedPicture> {
    await this.takeTurn();
    try {
      return await this.look(await read());
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  private async look(content: Buffer): Promise<InspectedPicture> {
    const contentType = sniff(content);
    if (contentType === null) throw unfit('The content is no PNG, JPEG or WebP picture');
    try {
      return await decode(content, contentType);
    } catch (error) {
      if (error instanceof PictureUnfit) throw error;
      const tooLarge = error instanceof Error && /exceeds pixel limit/i.test(error.message);
      throw tooLarge
        ? unfit(`The picture has more than ${String(MAX_PIXELS / 1_000_000)} megapixels`, error)
        : unfit('The picture is damaged or not whole', error);
    }
  }

  private async takeTurn(): Promise<void> {
    while (this.running >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
  }
}
