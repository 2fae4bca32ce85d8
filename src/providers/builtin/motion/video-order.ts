import { type ImageRequest, type VideoOrder } from '../../image-provider.port.js';

const { max, round } = Math;

/** A request for a video. */
export type VideoRequest = ImageRequest & { readonly video: VideoOrder };

/** Whole frames of an order, at least one. */
export const framesOf = ({ durationSeconds, fps }: Pick<VideoOrder, 'durationSeconds' | 'fps'>): number =>
  max(1, round(durationSeconds * fps));
