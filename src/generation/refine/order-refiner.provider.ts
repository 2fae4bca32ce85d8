import { Injectable } from '@nestjs/common';
import type { VisualParameters } from '../../providers/image-provider.port.js';
import { RequestInvalid } from '../../platform/http/http.errors.js';
import { Director, type Direction } from '../direction/director.port.js';
import type { RefineGeneration } from '../generation.commands.js';
import type { GenerationOrder, Mode } from '../generation.events.js';
import { motionOf } from '../jobs/motion.policy.js';
import { OrderResolver } from '../order-resolver.provider.js';

/** Characters: a prompt grows with each refinement, and no model reads a book. */
const LONGEST_PROMPT = 10_000;

type Refinement = RefineGeneration['refinement'];

/** @throws RequestInvalid where too many instructions have come together */
const refinedPrompt = (parent: string, { instruction, changes }: Refinement): string => {
  const prompt = changes.prompt ?? `${parent.replace(/[\s.,;]+$/u, '')}, ${instruction}`;
  if (prompt.length <= LONGEST_PROMPT) return prompt;
  const msg = `would make a prompt of more than ${String(LONGEST_PROMPT)} characters: give a new prompt too`;
  throw new RequestInvalid([{ loc: ['body', 'instruction'], msg, type: 'value_error' }]);
};

/** The orders of runs that refine another one. */
@Injectable()
export class OrderRefiner {
  constructor(
    private readonly orders: OrderResolver,
    private readonly director: Director,
  ) {}

  /**
   * The parent's order with the instruction added to its prompt and with the caller's changes. In `ai` mode what the instruction asks for by
   * name changes too; everything else stays, the seed above all, so that the picture stays the same but for what was asked.
   * @throws RequestInvalid
   */
  async refine(parent: GenerationOrder, refinement: Refinement): Promise<GenerationOrder> {
    const { parentId, instruction, changes } = refinement;
    const { structured_prompt: _, prompt_hash: __, provider, model, ...kept } = parent;
    const prompt = refinedPrompt(parent.prompt, refinement);
    const mode = changes.mode ?? parent.mode;
    const draft = {
      ...{ ...kept, mode, prompt, parent_id: parentId, instruction },
      ...(await this.direct(parent, { mode, prompt, instruction, given: changes.visual ?? {} })),
      ...{ negative_prompt: changes.negativePrompt ?? parent.negative_prompt, seed: changes.seed ?? parent.seed },
      ...{ width: changes.width ?? parent.width, height: changes.height ?? parent.height },
      ...{ steps: changes.steps ?? parent.steps, cfg_scale: changes.cfgScale ?? parent.cfg_scale },
      ...{ use_cache: changes.useCache ?? parent.use_cache, max_retries: changes.maxRetries ?? parent.max_retries },
      ...{ user_id: changes.userId ?? parent.user_id, project_id: changes.projectId ?? parent.project_id },
      ...(parent.video && { video: { ...parent.video, motion: motionOf(prompt) } }),
    };
    const named = changes.model ?? changes.provider ?? null;
    const chosen =
      named === null ? { provider, model } : { provider: changes.provider ?? null, model: changes.model ?? null };
    return this.orders.assign(draft, { ...chosen, seedGiven: true });
  }

  private async direct(
    parent: GenerationOrder,
    asked: {
      readonly mode: Mode;
      readonly prompt: string;
      readonly instruction: string;
      readonly given: VisualParameters;
    },
  ): Promise<Pick<Direction, 'visual' | 'reasoning'>> {
    const { mode, prompt, instruction, given } = asked;
    if (mode === 'manual') return { visual: { ...parent.visual, ...given }, reasoning: {} };
    const read = await this.director.direct(instruction, given);
    const wished = Object.fromEntries(read.asked.map((parameter) => [parameter, read.visual[parameter]]));
    const completed = await this.director.direct(prompt, { ...parent.visual, ...wished, ...given });
    const reasons = { ...parent.reasoning, ...completed.reasoning };
    for (const parameter of Object.keys(given)) Reflect.deleteProperty(reasons, parameter);
    for (const parameter of read.asked) reasons[parameter] = read.reasoning[parameter] ?? '';
    return { visual: completed.visual, reasoning: reasons };
  }
}
