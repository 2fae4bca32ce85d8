import { Injectable } from '@nestjs/common';
import { ModelCatalogue } from '../../providers/model-catalogue.port.js';
import type { GenerationRequest } from '../generation.commands.js';
import { LIMITS } from '../generation.data.js';
import { PresetSource } from '../preset/preset-source.port.js';
import { anyRequestOf, type AnyJobDto } from './any-job.dto.js';

/** Reads bodies of routes that talk about jobs of any kind. */
@Injectable()
export class AnyJobReader {
  constructor(
    private readonly models: ModelCatalogue,
    private readonly presets: PresetSource,
  ) {}

  /** What a body would ask for at its route. @throws RequestInvalid where that would refuse its fields */
  async read(body: AnyJobDto): Promise<GenerationRequest> {
    const { preset: id, user_id: userId = LIMITS.user_id.default } = body;
    const preset = id === undefined ? null : await this.presets.find(id, userId);
    return anyRequestOf(body, { models: this.models, presetType: preset?.type ?? null });
  }
}
