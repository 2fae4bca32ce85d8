import { Injectable } from '@nestjs/common';
import type { VisualParameters } from '../../providers/image-provider.port.js';
import { RequestInvalid } from '../../platform/http/http.errors.js';
import { askedOf } from '../direction/asked.policy.js';
import type { Direction } from '../direction/director.port.js';
import type { RefineGeneration } from '../generation.commands.js';
import type { GenerationOrder, Mode } from '../generation.events.js';
import { LONGEST_WRITTEN_PROMPT } from '../jobs/job.data.js';
import { motionOf } from '../jobs/motion.policy.js';
import { OrderResolver } from '../order-resolver.provider.js';
import { filmedBy, ordersOf, recordOf, visualOfPreset } from '../preset/apply-preset.policy.js';
import { AppliedPresets } from '../preset/applied-presets.provider.js';
import { enhancedPrompt, type UsablePreset } from '../preset/preset-source.port.js';

type Refinement = RefineGeneration['refinement'];

interface Template {
  readonly id: string;
  readonly template: string;
}

const templateOf = ({ preset, prompt_template: template }: Pick<GenerationOrder, 'preset' | 'prompt_template'>) =>
  typeof preset === 'string' && template !== undefined ? { id: preset, template } : null;

/** @throws RequestInvalid where too many instructions have come together */
const refinedPrompt = (parent: string, { instruction, changes }: Refinement, template: Template | null): string => {
  const prompt = `${(changes.prompt ?? parent).replace(/[\s.,;]+$/u, '')}, ${instruction}`;
  const written = template ? enhancedPrompt(template.template, prompt) : prompt;
  if (written.length <= LONGEST_WRITTEN_PROMPT) return prompt;
  const msg = `would make a prompt of more than ${String(LONGEST_WRITTEN_PROMPT)} characters: give a new prompt too`;
  throw new RequestInvalid([{ loc: ['body', 'instruction'], msg, type: 'value_error' }]);
};

interface Asked {
  readonly mode: Mode;
  readonly prompt: string;
  readonly instruction: string;
  /** By the caller as fields, or by the preset that the refinement names. */
  readonly given: VisualParameters;
  readonly preset: Template | null;
  /** Whether the refinement names it, so that its words count as those of the instruction. */
  readonly isNew: boolean;
}

/** What a refinement takes over: not the parent's batch and deadline, nor what is decided anew for each order. */
const inherited = (parent: GenerationOrder): Omit<GenerationOrder, 'provider' | 'model'> => {
  const { batch_id: _batch, batch_index: _index, structured_prompt: _structured, prompt_hash: _hash, ...rest } = parent;
  const { provider: _provider, model: _model, model_version: _version, cost_estimate_usd: _estimate, ...more } = rest;
  const { expires_in: _deadline, ...kept } = more;
  return kept;
};

/** A model that is named alone is one of the parent's provider; a provider that is named alone has a first model. */
const chosenModel = (
  parent: GenerationOrder,
  { provider, model }: { readonly provider?: string | undefined; readonly model?: string | undefined },
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
    private readonly presets: AppliedPresets,
  ) {}

  /**
   * The parent's order with the instruction added to its prompt and with the caller's changes. In `ai` mode what the instruction asks for by
   * name changes too; everything else stays, the seed above all, so that the picture stays the same but for what was asked.
   * @throws RequestInvalid
   */
  async refine(parent: GenerationOrder, refinement: Refinement): Promise<GenerationOrder> {
    const { parentId, instruction, changes } = refinement;
    refuseForeignPictures(parent, changes);
    const { provider, model, visual = {}, ...changed } = changes;
    const newPreset = await this.newPreset(parent, refinement);
    const kept = { ...inherited(parent), ...(newPreset && { ...ordersOf(newPreset), ...recordOf(newPreset) }) };
    const preset = templateOf(kept);
    const prompt = refinedPrompt(parent.prompt, refinement, preset);
    const draft = { ...kept, ...changed, prompt, parent_id: parentId, instruction };
    const given = { ...(newPreset && visualOfPreset(newPreset.parameters)), ...visual };
    const asked = { mode: draft.mode, prompt, instruction, given, preset, isNew: newPreset !== null };
    const directed = await this.direct(parent, asked);
    const filmed = parent.video && { ...parent.video, ...(newPreset && filmedBy(newPreset)) };
    const video = filmed && { video: { ...filmed, motion: motionOf(prompt, preset?.template) } };
    const named = provider === undefined && model === undefined ? newPreset?.parameters : changes;
    return this.orders.assign(
      { ...draft, ...directed, ...video },
      { ...chosenModel(parent, named ?? {}), seedGiven: true },
    );
  }

  /** The preset that a refinement names, in place of the parent's. @throws RequestInvalid */
  private async newPreset(parent: GenerationOrder, { changes }: Refinement): Promise<UsablePreset | null> {
    if (changes.preset === undefined || changes.preset === null) return null;
    const { prompt = parent.prompt, user_id: userId = parent.user_id } = changes;
    const model = chosenModel(parent, changes);
    return this.presets.find(changes.preset, { type: parent.type, prompt, userId, ...model });
  }

  private async direct(parent: GenerationOrder, asked: Asked): Promise<Pick<Direction, 'visual' | 'reasoning'>> {
    const { mode, prompt, instruction, given, preset, isNew } = asked;
    if (mode === 'manual') return { visual: { ...parent.visual, ...given }, reasoning: {} };
    const read = await this.presets.direct(instruction, given, isNew ? preset : null);
    const known = { ...parent.visual, ...askedOf(read), ...given };
    const completed = await this.presets.direct(prompt, known, preset);
    const reasons = { ...parent.reasoning, ...completed.reasoning };
    for (const parameter of Object.keys(given)) Reflect.deleteProperty(reasons, parameter);
    for (const parameter of read.asked) reasons[parameter] = read.reasoning[parameter] ?? '';
    return { visual: completed.visual, reasoning: reasons };
  }
}
