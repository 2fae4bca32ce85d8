import { enhancedPrompt } from '../generation/preset/preset-source.port.js';
import type { AppliedPreset, Preset } from './presets-answer.dto.js';
import type { PresetRow } from './presets.queries.js';

export const presetUrl = (id: string): string => `/api/presets/${id}`;

export const presetView = (row: PresetRow): Preset => ({
  id: row.id,
  version: row.version,
  name: row.name,
  category: row.category,
  description: row.description,
  prompt_template: row.prompt_template,
  negative_prompt: row.negative_prompt,
  parameters: row.parameters,
  built_in: row.built_in,
  owner: row.owner,
  visibility: row.visibility,
  created_at: row.created_at,
  updated_at: row.updated_at,
  usage_url: `${presetUrl(row.id)}/usage`,
});

/** What a run of the prompt with the preset would be asked for. */
export const appliedView = (
  { prompt_template, negative_prompt, parameters }: PresetRow,
  userPrompt: string,
): AppliedPreset => ({
  enhanced_prompt: enhancedPrompt(prompt_template, userPrompt.trim()),
  negative_prompt,
  parameters,
});
