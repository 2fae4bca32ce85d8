import { Injectable } from '@nestjs/common';
import type { VisualParameters } from '../../providers/image-provider.port.js';
import { RequestInvalid } from '../../platform/http/http.errors.js';
import { askedOf } from '../direction/asked.policy.js';
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

/** A provider that is named without a model has a model of its own; what is not named at all stays. */
const chosenModel = (
  parent: GenerationOrder,
  { provider, model }: Refinement['changes'],
): { readonly provider: string | null; readonly model: string | null } =>
  provider === undefined && model === undefined
    ? { provider: parent.provider, model: parent.model }
    : { provider: provider ?? null, model: model ?? null };

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
