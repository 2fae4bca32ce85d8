import { type ImageRequest } from '../image-provider.port.js';
import { type PictureFormat } from './encode.js';

/** One picture to render. */
export interface RenderTask {
  readonly id: number;
  readonly request: ImageRequest;
  readonly format: PictureFormat;
  /** One 32-bit cell, shared: anything but 0 asks the thread to stop at its next band. */
  readonly stop: SharedArrayBuffer;
}

/** What a rendering thread says; every task ends with exactly one of `rendered`, `stopped` and `failed`. */
export type RenderReport =
  | { readonly type: 'progress'; readonly id: number; readonly progress: number }
  | { readonly type: 'rendered'; readonly id: number; readonly content: ArrayBuffer }
  | { readonly type: 'stopped'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
