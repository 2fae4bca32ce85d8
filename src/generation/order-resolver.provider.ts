import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ModelCatalogue } from '../providers/model-catalogue.port.js';
import { Director } from './direction/director.port.js';
import type { GenerationRequest } from './generation.commands.js';
import type { GenerationOrder } from './generation.events.js';
import { promptHash } from './prompt-hash.policy.js';

const SEEDS = 2 ** 32;

/** Decides everything that a request left open, so that the recorded order never depends on this process again. */
@Injectable()
export class OrderResolver {
  constructor(
    private readonly models: ModelCatalogue,
    private readonly director: Director,
  ) {}

  /** @throws RequestInvalid for an unknown model */
  async resolve(request: GenerationRequest): Promise<GenerationOrder> {
    const { provider, model } = this.models.resolve(request.provider, request.model);
    const { visual, reasoning } =
      request.mode === 'ai'
        ? await this.director.direct(request.prompt, request.visual)
        : { visual: request.visual, reasoning: {} };
    const order: GenerationOrder = {
      type: 'image',
      user_id: request.userId,
      project_id: request.projectId,
      mode: request.mode,
      prompt: request.prompt,
      negative_prompt: request.negativePrompt,
      visual,
      reasoning,
      width: request.width,
      height: request.height,
      steps: request.steps,
      cfg_scale: request.cfgScale,
      seed: request.seed ?? randomInt(SEEDS),
      provider: provider.id,
      model: model.id,
      use_cache: request.useCache,
      max_retries: request.maxRetries,
    };
    return request.useCache ? { ...order, prompt_hash: promptHash(order, request.seed !== null) } : order;
  }
}
