import sharp from 'sharp';
import { type Pixels } from './develop.js';

const raw = ({ width, height, bytes }: Pixels) => sharp(bytes, { raw: { width, height, channels: 3 } });

/** PNG with fixed settings and no metadata: the same pixels give the same bytes within one version of sharp. */
export const encodePng = (pixels: Pixels): Promise<Buffer> =>
  raw(pixels).png({ compressionLevel: 4, adaptiveFiltering: true, palette: false }).toBuffer();

/** WebP with fixed settings and no metadata; a tenth of the PNG's size. */
export const encodeWebp = (pixels: Pixels): Promise<Buffer> => raw(pixels).webp({ quality: 88, effort: 2 }).toBuffer();
