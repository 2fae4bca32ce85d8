import { type ErrorCategory, type ImageRequest } from '../image-provider.port.js';
import { type PictureFormat } from './encode.js';
import { type VideoRequest } from './motion/video-order.js';

/** What a rendering thread can be asked for. */
export type RenderOrder =
  | { readonly kind: 'picture'; readonly request: ImageRequest; readonly format: PictureFormat }
  | { readonly kind: 'video'; readonly request: VideoRequest };

/** One order on its way to a thread. */
export interface RenderTask {
  readonly id: number;
  readonly order: RenderOrder;
  /** One 32-bit cell, shared: anything but 0 asks the thread to stop at its next band. */
  readonly stop: SharedArrayBuffer;
}

/** The files that an order leads to. Poster (PNG) and preview (animated WebP) belong to a video only. */
export interface RenderedFiles<Bytes> {
  readonly content: Bytes;
  readonly poster?: Bytes;
  readonly preview?: Bytes;
}

/** What a rendering thread says; every task ends with exactly one of `rendered`, `stopped` and `failed`. */
export type RenderReport =
  | { readonly type: 'progress'; readonly id: number; readonly progress: number }
  | { readonly type: 'rendered'; readonly id: number; readonly files: RenderedFiles<ArrayBuffer> }
  | { readonly type: 'stopped'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly category: ErrorCategory; readonly message: string };
