import { MOTION, problemOf, PROOF, STUDIO } from './builtin/models.js';
import { framesOf } from './builtin/motion/video-order.js';
import { RenderPool } from './builtin/render-pool.js';
import { type RenderOrder } from './builtin/render-messages.js';
import {
  type ImageRequest,
  ImageProvider,
  type PollResult,
  type ProducedImage,
  ProviderError,
  type Submission,
  type SubmitContext,
} from './image-provider.port.js';
import { priceOf } from './pricing.port.js';

/** Renders pictures and videos on this machine: offline, and the same bytes for the same request. Answers at once, so it has no jobs to poll. */
export class BuiltinProvider extends ImageProvider {
  readonly id = 'builtin';
  readonly name = 'Built-in renderer';
  readonly models = [STUDIO, PROOF, MOTION];
  readonly idempotentSubmit = true;
  readonly unavailableBecause = null;
  private readonly pictures: RenderPool;
  private readonly videos: RenderPool;

  /**
   * @param threads rendering threads at most for pictures, and as many for videos (RENDER_THREADS): a picture takes a second and must not wait
   * for a video, which takes minutes
   * @param entry the built worker file, where it is not beside this one
   */
  constructor(threads: number, entry?: URL) {
    super();
    this.pictures = new RenderPool(threads, entry);
    this.videos = new RenderPool(threads, entry);
  }

  /** @throws ProviderError `invalid_request` for an unknown model, and for a request beyond its capabilities or limits; else as RenderPool.render */
  async submit(model: string, request: ImageRequest, context: SubmitContext): Promise<Submission> {
    const description = this.models.find(({ id }) => id === model);
    if (description === undefined) throw new ProviderError('invalid_request', `Unknown model: ${model}`);
    const problem = problemOf(description, request);
    if (problem !== null) throw new ProviderError('invalid_request', problem);
    const format = description === PROOF ? 'webp' : 'png';
    const { width, height, seed, video } = request;
    const pool = video === undefined ? this.pictures : this.videos;
    const files = await pool.render(orderOf(request, format), context.signal, context.onProgress, context.onWaiting);
    const image: ProducedImage = {
      ...files,
      contentType: video === undefined ? `image/${format}` : 'video/mp4',
      width,
      height,
      seed,
      ...(video !== undefined && { durationSeconds: framesOf(video) / video.fps }),
    };
    return { status: 'succeeded', images: [image], costUsd: priceOf(description, request) };
  }

  override poll(jobId: string): Promise<PollResult> {
    return Promise.reject(noJob(jobId));
  }

  override fetch(jobId: string): Promise<readonly ProducedImage[]> {
    return Promise.reject(noJob(jobId));
  }

  override cancel(): Promise<void> {
    return Promise.resolve();
  }

  override async close(): Promise<void> {
    await Promise.all([this.pictures.close(), this.videos.close()]);
  }
}

const noJob = (jobId: string): ProviderError =>
  new ProviderError('invalid_request', `The built-in renderer has no job ${jobId}`);

const orderOf = (request: ImageRequest, format: 'png' | 'webp'): RenderOrder =>
  request.video === undefined
    ? { kind: 'picture', request, format }
    : { kind: 'video', request: { ...request, video: request.video } };
