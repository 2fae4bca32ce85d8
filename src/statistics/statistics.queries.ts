import { Query } from '@nestjs/cqrs';
import type { PresetUsage } from './statistics.dto.js';

/** What became of all runs that a preset was applied to, in whatever version. */
export class GetPresetUsage extends Query<PresetUsage> {
  constructor(readonly preset: string) {
    super();
  }
}
