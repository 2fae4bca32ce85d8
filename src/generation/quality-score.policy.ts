import type { VisualParameters } from '../providers/image-provider.port.js';

/** min(1, 0.5 + min(0.05 × visual parameters given or chosen, 0.30) + 0.20 with an image), two decimals. */
export const qualityScore = (visual: VisualParameters, hasImage: boolean): number => {
  const chosen = Object.values(visual).filter((value) => value !== undefined).length;
  const score = 0.5 + Math.min(0.05 * chosen, 0.3) + (hasImage ? 0.2 : 0);
  return Math.round(Math.min(1, score) * 100) / 100;
};
