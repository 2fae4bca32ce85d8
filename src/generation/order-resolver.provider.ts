import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ModelCatalogue } from '../providers/model-catalogue.port.js';
import { billOf, type PriceItem } from '../providers/pricing.port.js';
import { askedOf } from './direction/asked.policy.js';
import { Director } from './direction/director.port.js';
import type { GenerationRequest } from './generation.commands.js';
import type { GenerationOrder } from './generation.events.js';
import { InputPictures } from './jobs/input-pictures.store.js';
import { demandOf, namedShapeOf, refuseUnable } from './jobs/demand.policy.js';
import { inputsOf, picturesOf } from './jobs/inputs.policy.js';
import { motionOf } from './jobs/motion.policy.js';
import { photographyText } from './jobs/structured-prompt.policy.js';
import { sumUsd } from './money.policy.js';
import { AppliedPresets } from './preset/applied-presets.provider.js';
import { recordOf } from './preset/apply-preset.policy.js';
import type { UsablePreset } from './preset/preset-source.port.js';
import { promptHash } from './prompt-hash.policy.js';

const SEEDS = 2 ** 32;

/** What an order will cost where a provider makes it. */
export interface Estimate {
  /** Of one variant. */
  readonly bill: readonly PriceItem[];
  readonly variants: number;
  readonly totalUsd: number;
}

type Draft = Omit<GenerationOrder, 'provider' | 'model' | 'model_version' | 'prompt_hash' | 'cost_estimate_usd'>;

const templateOf = (preset: UsablePreset | null): { readonly id: string; readonly template: string } | null =>
  preset && { id: preset.id, template: preset.promptTemplate };

/** Decides everything that a request left open, so that the recorded order never depends on this process again. */
@Injectable()
export class OrderResolver {
  constructor(
    private readonly models: ModelCatalogue,
    private readonly director: Director,
    private readonly pictures: InputPictures,
    private readonly presets: AppliedPresets,
  ) {}

  /** @throws RequestInvalid for an unknown model or preset, one that cannot do what is asked, or a picture that is not there */
  async resolve(asked: GenerationRequest): Promise<GenerationOrder> {
    const { request, preset } = await this.presets.applyTo(asked);
    const { seed, details } = request;
    this.refuseUnable(request);
    const draft: Draft = {
      ...{ type: request.type, user_id: request.userId, project_id: request.projectId, mode: request.mode },
      ...{ prompt: request.prompt, negative_prompt: request.negativePrompt },
      ...(await this.direct(request, preset)),
      ...{ width: request.width, height: request.height, steps: request.steps, cfg_scale: request.cfgScale },
      ...{ seed: seed ?? randomInt(SEEDS), use_cache: request.useCache, max_retries: request.maxRetries },
      ...(request.priority !== 'normal' && { priority: request.priority }),
      ...(request.expiresIn !== undefined && { expires_in: request.expiresIn }),
      ...(preset && recordOf(preset)),
      ...(details && (await this.detailsOf(request, details, preset))),
    };
    return this.assign(draft, { provider: request.provider, model: request.model, seedGiven: seed !== null });
  }

  /** Gives an order its model, its estimate and the name of its result. @throws RequestInvalid */
  assign(
    draft: Draft,
    { provider, model, seedGiven }: Pick<GenerationRequest, 'provider' | 'model'> & { readonly seedGiven: boolean },
  ): GenerationOrder {
    const resolved = this.models.resolve(provider, model, draft.type);
    refuseUnable(resolved.model, draft);
    const named = { provider: resolved.provider.id, model: resolved.model.id, model_version: resolved.model.version };
    const unpriced: GenerationOrder = { ...draft, ...named };
    const order: GenerationOrder = { ...unpriced, cost_estimate_usd: this.estimate(unpriced).totalUsd };
    return draft.use_cache ? { ...order, prompt_hash: promptHash(order, seedGiven) } : order;
  }

  /** @throws RequestInvalid where the order's model is not there any more */
  estimate(order: GenerationOrder): Estimate {
    const { model } = this.models.resolve(order.provider, order.model);
    const bill = billOf(model, demandOf(order));
    const variants = order.num_variants ?? 1;
    const perVariant = sumUsd(...bill.map(({ usd }) => usd));
    return { bill, variants, totalUsd: sumUsd(...Array.from({ length: variants }, () => perVariant)) };
  }

  /** Before its pictures are looked for: a model that has no use for them is the greater mistake. @throws RequestInvalid */
  private refuseUnable({ provider, model, type, details, ...request }: GenerationRequest): void {
    const resolved = this.models.resolve(provider, model, type);
    const shape = { width: request.width, height: request.height, steps: request.steps, cfg_scale: request.cfgScale };
    refuseUnable(resolved.model, { ...shape, ...(details && namedShapeOf(details)) });
  }

  private async direct(
    { mode, prompt, visual, details }: GenerationRequest,
    preset: UsablePreset | null,
  ): Promise<Pick<Draft, 'visual' | 'reasoning'>> {
    if (mode === 'ai') {
      const { visual: directed, reasoning } = await this.presets.direct(prompt, visual, templateOf(preset));
      return { visual: directed, reasoning };
    }
    const structured = details?.structuredPrompt;
    if (!structured) return { visual, reasoning: {} };
    const read = await this.director.direct(photographyText(structured), visual);
    return { visual: { ...visual, ...askedOf(read) }, reasoning: {} };
  }

  private async detailsOf(
    { prompt, userId }: GenerationRequest,
    details: NonNullable<GenerationRequest['details']>,
    preset: UsablePreset | null,
  ): Promise<Partial<Draft>> {
    const { numVariants, structuredPrompt, video } = details;
    const inputs = inputsOf(details, await this.pictures.resolve(picturesOf(details), userId));
    return {
      ...(numVariants > 1 && { num_variants: numVariants }),
      ...(structuredPrompt && { structured_prompt: structuredPrompt }),
      ...(inputs && { inputs }),
      ...(video && {
        video: {
          ...{ duration_seconds: video.durationSeconds, fps: video.fps },
          motion: motionOf(prompt, preset?.promptTemplate),
        },
      }),
    };
  }
}
