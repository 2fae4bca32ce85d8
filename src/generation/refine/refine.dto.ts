import { ApiProperty, ApiSchema, PartialType } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import type { RefinementChanges } from '../generation.commands.js';
import { LIMITS } from '../generation.data.js';
import { GenerateDto, trimmed, visualOf } from '../generation.dto.js';
import { IsTrimmedText } from '../request-fields.dto.js';

/** Body of POST /api/generate/{id}/refine. */
@ApiSchema({ name: 'RefineRequest' })
export class RefineDto extends PartialType(GenerateDto) {
  @ApiProperty({
    description:
      'What is to change: 3 to 2000 characters, white space at the ends not counted. It is added to the prompt, the parent’s or the one that is given.',
    minLength: LIMITS.prompt.min,
    maxLength: LIMITS.prompt.max,
    example: 'at golden hour, with a sailing boat',
  })
  @IsString()
  @IsTrimmedText(LIMITS.prompt)
  instruction!: string;
}

/** What a body changes; an absent field keeps what the parent has. */
export const changesOf = (body: RefineDto): RefinementChanges => {
  const { mode, prompt, width, height, steps, cfg_scale, seed, use_cache, max_retries, user_id, project_id } = body;
  const { preset, priority, expires_in } = body;
  const changes = {
    ...{ mode, width, height, steps, cfg_scale, seed, use_cache, max_retries, user_id, project_id, preset, priority },
    expires_in,
    ...{ prompt: prompt?.trim(), provider: body.provider?.trim(), model: body.model?.trim(), visual: visualOf(body) },
    // An empty one takes the parent's away.
    negative_prompt: body.negative_prompt === undefined ? undefined : trimmed(body.negative_prompt),
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
};
