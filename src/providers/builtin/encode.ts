import sharp from 'sharp';
import { type Pixels } from './develop.js';

/** The ways to store a picture. */
export type PictureFormat = 'png' | 'webp';

/** Encodes with fixed settings and without metadata: the same pixels give the same bytes within one version of sharp. PNG keeps every pixel, WebP is smaller. */
export const encode = ({ width, height, bytes }: Pixels, format: PictureFormat): Promise<Buffer> => {
  const picture = sharp(bytes, { raw: { width, height, channels: 3 } });
  return format === 'png'
    ? picture.png({ compressionLevel: 3, adaptiveFiltering: true, palette: false }).toBuffer()
    : picture.webp({ quality: 90, effort: 2 }).toBuffer();
};
