import { type ImageRequest } from '../image-provider.port.js';
import { type Pixels } from './develop.js';
import { encode, type PictureFormat } from './encode.js';
import { Preview } from './motion/preview.js';
import { OVERSCAN, renderVideo } from './motion/render-video.js';
import { framesOf, type VideoRequest } from './motion/video-order.js';
import { decode } from './reference/decode.js';
import { readReferences } from './reference/references.js';
import { renderPicture } from './render.js';
import { type RenderedFiles, type RenderOrder } from './render-messages.js';

const { ceil } = Math;

/** Runs a piece of work to its end, or answers null where somebody asked to stop. `share` is its part of the whole order. */
export type Drive = <T>(work: Generator<number, T>, share: number) => { readonly result: T } | null;

/** Share of the work that is done when the pixels are there and only the encoding remains. */
const RENDERED = 0.9;
/** Of a video, whose frames are encoded as they come. */
const FILMED = 0.97;

/**
 * Renders and encodes an order; null when it was stopped.
 * @throws ProviderError `invalid_request` where an image that came with the request cannot be read
 */
export const produceFiles = (order: RenderOrder, drive: Drive): Promise<RenderedFiles<Uint8Array> | null> =>
  order.kind === 'picture' ? producePicture(order.request, order.format, drive) : produceVideo(order.request, drive);

const producePicture = async (
  request: ImageRequest,
  format: PictureFormat,
  drive: Drive,
): Promise<RenderedFiles<Uint8Array> | null> => {
  const references = await readReferences(request);
  const rendered = drive(renderPicture(request, references), RENDERED);
  return rendered === null ? null : { content: await encode(rendered.result, format) };
};

const sourceOf = ({ source, width, height }: VideoRequest): Promise<Pixels | null> => {
  if (source === undefined) return Promise.resolve(null);
  return decode(source, 'source', { width: ceil(width * OVERSCAN), height: ceil(height * OVERSCAN) });
};

const produceVideo = async (request: VideoRequest, drive: Drive): Promise<RenderedFiles<Uint8Array> | null> => {
  const source = await sourceOf(request);
  const size = { width: request.width, height: request.height, fps: request.video.fps };
  // A megabyte of program that pictures never need.
  const { VideoEncoder } = await import('./motion/h264.js');
  const encoder = await VideoEncoder.open(size);
  const preview = new Preview(size, framesOf(request.video));
  const first: Pixels[] = [];
  const filmed = drive(
    renderVideo(request, source, (frame, index) => {
      if (index === 0) first.push(frame);
      preview.look(frame, index);
      encoder.add(frame);
    }),
    FILMED,
  );
  const [opening] = first;
  if (filmed === null || opening === undefined) {
    encoder.discard();
    return null;
  }
  const [poster, animation] = await Promise.all([encode(opening, 'png'), preview.encode()]);
  return { content: encoder.finish(), poster, preview: animation };
};
