import { Injectable } from '@nestjs/common';
import type { VisualParameters } from '../../providers/image-provider.port.js';
import { RequestInvalid } from '../../platform/http/http.errors.js';
import { askedOf } from '../direction/asked.policy.js';
import { Director, type Direction } from '../direction/director.port.js';
import type { RefineGeneration } from '../generation.commands.js';
import type { GenerationOrder, Mode } from '../generation.events.js';
import { LONGEST_WRITTEN_PROMPT } from '../jobs/job.data.js';
import { motionOf } from '../jobs/motion.policy.js';
import { OrderResolver } from '../order-resolver.provider.js';

type Refinement = RefineGeneration['refinement'];

/** @throws RequestInvalid where too many instructions have come together */
const refinedPrompt = (parent: string, { instruction, changes }: Refinement): string => {
  const prompt = `${(changes.prompt ?? parent).replace(/[\s.,;]+$/u, '')}, ${instruction}`;
  if (prompt.length <= LONGEST_WRITTEN_PROMPT) return prompt;
  const msg = `would make a prompt of more than ${String(LONGEST_WRITTEN_PROMPT)} characters: give a new prompt too`;
  throw new RequestInvalid([{ loc: ['body', 'instruction'], msg, type: 'value_error' }]);
};

interface Asked {
  readonly mode: Mode;
  readonly prompt: string;
  readonly instruction: string;
  /** By the caller, as fields. */
  readonly given: VisualParameters;
}

/** What a refinement takes over: not the parent's batch, nor what is decided anew for each order. */
const inherited = (parent: GenerationOrder): Omit<GenerationOrder, 'provider' | 'model'> => {
  const { batch_id: _batch, batch_index: _index, structured_prompt: _structured, prompt_hash: _hash, ...rest } = parent;
  const { provider: _provider, model: _model, model_version: _version, cost_estimate_usd: _estimate, ...kept } = rest;
  return kept;
};

/** A model that is named alone is one of the parent's provider; a provider that is named alone has a first model. */
const chosenModel = (
  parent: GenerationOrder,
  { provider, model }: Refinement['changes'],
): { readonly provider: string | null; readonly model: string | null } =>
  model === undefined
    ? { provider: provider ?? parent.provider, model: provider === undefined ? parent.model : null }
    : { provider: provider ?? (model.includes('/') ? null : parent.provider), model };

/** Pictures were given to one user's run, and are not another's to have. @throws RequestInvalid */
const refuseForeignPictures = (
  { inputs, user_id: owner }: GenerationOrder,
  { user_id }: Refinement['changes'],
): void => {
  if (!inputs || user_id === undefined || user_id === owner) return;
  const msg = `The run has pictures of user ${String(owner)}, who alone can refine it`;
  throw new RequestInvalid([{ loc: ['body', 'user_id'], msg, type: 'value_error' }]);
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
    refuseForeignPictures(parent, changes);
    const { provider, model, visual: given = {}, ...changed } = changes;
    const prompt = refinedPrompt(parent.prompt, refinement);
    const draft = { ...inherited(parent), ...changed, prompt, parent_id: parentId, instruction };
    const directed = await this.direct(parent, { mode: draft.mode, prompt, instruction, given });
    const video = parent.video && { video: { ...parent.video, motion: motionOf(prompt) } };
    return this.orders.assign(
      { ...draft, ...directed, ...video },
      { ...chosenModel(parent, changes), seedGiven: true },
    );
  }

  private async direct(parent: GenerationOrder, asked: Asked): Promise<Pick<Direction, 'visual' | 'reasoning'>> {
    const { mode, prompt, instruction, given } = asked;
    if (mode === 'manual') return { visual: { ...parent.visual, ...given }, reasoning: {} };
    const read = await this.director.direct(instruction, given);
    const completed = await this.director.direct(prompt, { ...parent.visual, ...askedOf(read), ...given });
    const reasons = { ...parent.reasoning, ...completed.reasoning };
    for (const parameter of Object.keys(given)) Reflect.deleteProperty(reasons, parameter);
    for (const parameter of read.asked) reasons[parameter] = read.reasoning[parameter] ?? '';
    return { visual: completed.visual, reasoning: reasons };
  }
}
