import { Injectable } from '@nestjs/common';
import { RequestInvalid } from '../../platform/http/http.errors.js';
import type { VisualParameters } from '../../providers/image-provider.port.js';
import { ModelCatalogue } from '../../providers/model-catalogue.port.js';
import { askedOf } from '../direction/asked.policy.js';
import { Director, type Direction } from '../direction/director.port.js';
import type { GenerationRequest } from '../generation.commands.js';
import { unfitPreset, unknownPreset, withPreset } from './apply-preset.policy.js';
import { enhancedPrompt, PresetSource, type UsablePreset } from './preset-source.port.js';

/** The run that a preset is wanted for. */
type Wanting = Pick<GenerationRequest, 'type' | 'prompt' | 'userId' | 'provider' | 'model'>;

/** Presets on their way into orders. */
@Injectable()
export class AppliedPresets {
  constructor(
    private readonly source: PresetSource,
    private readonly director: Director,
    private readonly models: ModelCatalogue,
  ) {}

  /** A request with its preset's values in the places that the caller left open. @throws RequestInvalid as `find` */
  async applyTo(
    request: GenerationRequest,
  ): Promise<{ readonly request: GenerationRequest; readonly preset: UsablePreset | null }> {
    if (!request.preset) return { request, preset: null };
    const preset = await this.find(request.preset.id, request);
    return { request: withPreset(request, preset), preset };
  }

  /** @throws RequestInvalid where the preset is not there for the user or not for such a run, and then for an unknown model too */
  async find(id: string, run: Wanting): Promise<UsablePreset> {
    const preset = await this.source.find(id, run.userId);
    const issue = preset ? unfitPreset(preset, run) : unknownPreset(id);
    if (preset && !issue) return preset;
    throw new RequestInvalid([...this.models.issuesOf(run.provider, run.model, run.type), ...(issue ? [issue] : [])]);
  }

  /**
   * The visual parameters of a run: what the caller gave, what the prompt asks for in so many words, and the rest by the words of the
   * preset's template and of the prompt together.
   */
  async direct(
    prompt: string,
    given: VisualParameters,
    preset: { readonly id: string; readonly template: string } | null,
  ): Promise<Direction> {
    const own = await this.director.direct(prompt, given);
    if (!preset) return own;
    const together = enhancedPrompt(preset.template, prompt);
    const all = await this.director.direct(together, { ...given, ...askedOf(own) });
    const reasoning = { ...all.reasoning };
    for (const parameter of own.asked) reasoning[parameter] = own.reasoning[parameter] ?? '';
    for (const parameter of all.asked) reasoning[parameter] = `The preset ${preset.id} asks for it.`;
    return { visual: all.visual, asked: [...own.asked, ...all.asked], reasoning };
  }
}
