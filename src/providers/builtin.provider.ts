import { RenderPool } from './builtin/render-pool.js';
import {
  type ImageRequest,
  ImageProvider,
  type ModelDescription,
  type PollResult,
  type ProducedImage,
  ProviderError,
  type Submission,
  type SubmitContext,
} from './image-provider.port.js';

const STUDIO: ModelDescription = {
  id: 'studio',
  name: 'Darkroom Studio',
  types: ['image'],
  capabilities: ['text-to-image', 'negative-prompt', 'seed', 'deterministic', 'offline'],
  limits: {
    width: { min: 256, max: 2048 },
    height: { min: 256, max: 2048 },
    steps: { min: 1, max: 150 },
    cfg_scale: { min: 1, max: 30 },
  },
  price: { unit: 'image', usd: 0.002 },
};

/** The same pictures in a tenth of the bytes. */
const PROOF: ModelDescription = {
  ...STUDIO,
  id: 'proof',
  name: 'Darkroom Proof',
  price: { unit: 'image', usd: 0.001 },
};

/** Renders pictures on this machine: offline, and the same bytes for the same request. Answers at once, so it has no jobs to poll. */
export class BuiltinProvider extends ImageProvider {
  readonly id = 'builtin';
  readonly name = 'Built-in renderer';
  readonly models = [STUDIO, PROOF];
  readonly idempotentSubmit = true;
  readonly unavailableBecause = null;
  private readonly pool: RenderPool;

  /**
   * @param threads rendering threads at most (RENDER_THREADS)
   * @param entry the built worker file, where it is not beside this one
   */
  constructor(threads: number, entry?: URL) {
    super();
    this.pool = new RenderPool(threads, entry);
  }

  /** @throws ProviderError `invalid_request` for an unknown model or a size outside of the limits; else as RenderPool.render */
  async submit(model: string, request: ImageRequest, context: SubmitContext): Promise<Submission> {
    const description = this.models.find(({ id }) => id === model);
    if (description === undefined) throw new ProviderError('invalid_request', `Unknown model: ${model}`);
    const problem = outsideOf(description, request);
    if (problem !== null) throw new ProviderError('invalid_request', problem);
    const format = description === PROOF ? 'webp' : 'png';
    const content = await this.pool.render({ request, format }, context.signal, context.onProgress);
    const { width, height, seed } = request;
    const image = { content, contentType: `image/${format}`, width, height, seed } as const;
    return { status: 'succeeded', images: [image], costUsd: description.price.usd };
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

  override close(): Promise<void> {
    return this.pool.close();
  }
}

const noJob = (jobId: string): ProviderError =>
  new ProviderError('invalid_request', `The built-in renderer has no job ${jobId}`);

const outsideOf = (model: ModelDescription, request: ImageRequest): string | null => {
  const values = { width: request.width, height: request.height, steps: request.steps, cfg_scale: request.cfgScale };
  for (const [field, value] of Object.entries(values)) {
    const limit = model.limits[field];
    if (limit !== undefined && !(value >= limit.min && value <= limit.max)) {
      return `${field} must be from ${String(limit.min)} to ${String(limit.max)}`;
    }
  }
  return request.width % 8 === 0 && request.height % 8 === 0 ? null : 'width and height must be multiples of 8';
};
