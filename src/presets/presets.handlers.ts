import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Decision, Known } from '../eventsourcing/decision-handler.js';
import { requireMatch } from '../platform/http/etag.js';
import { refuseOtherBody } from '../platform/http/idempotency-key.js';
import { ChangePreset, CreatePreset, DeletePreset, type NewPreset, type PresetTarget } from './presets.commands.js';
import { targeted, type Preset } from './presets.decider.js';
import { PresetConflict, PresetNotFound } from './presets.errors.js';
import type { PresetRow } from './presets.queries.js';
import { Presets } from './presets.store.js';

/** As its row is after the decision. @throws PresetNotFound where it was deleted since */
const rowOf = (id: string, { state, version }: Known<Preset>): PresetRow => {
  if (state.status !== 'active') throw new PresetNotFound(id);
  const { owner, visibility, content, createdAt, changedAt } = state;
  return { id, version, built_in: false, owner, visibility, ...content, created_at: createdAt, updated_at: changedAt };
};

/** As a repeat of the request finds what it made. @throws PresetConflict where that is gone, whoever has its id by now */
const rowOfMade = ({ id, owner }: NewPreset, { state, version }: Known<Preset>): PresetRow => {
  if (state.status !== 'active' || state.owner !== owner)
    throw new PresetConflict(`The preset ${id} was made with this key and deleted since`);
  return rowOf(id, { state, version });
};

@CommandHandler(CreatePreset)
export class CreatePresetHandler implements ICommandHandler<CreatePreset> {
  constructor(private readonly presets: Presets) {}

  /** @throws PresetConflict where the id is taken, or what the key made is gone; RequestInvalid where the idempotency key came with another body */
  async execute(command: CreatePreset): Promise<{ preset: PresetRow; replayed: boolean }> {
    const { preset, idempotencyKey, issued } = command;
    const decision = await refuseOtherBody(
      this.presets.decide(preset.id, command, {
        metadata: issued.metadata,
        known: { state: { status: 'none' }, version: 0 },
        ...(idempotencyKey && { idempotencyKey }),
      }),
    );
    if (decision.outcome === 'decided') return { preset: rowOf(preset.id, decision), replayed: false };
    return { preset: rowOfMade(preset, await this.presets.load(preset.id)), replayed: true };
  }
}

const decideAbout = (presets: Presets, command: ChangePreset | DeletePreset): Promise<Decision<Preset>> => {
  const { target, issued } = command;
  return presets.decide(target.id, command, {
    metadata: issued.metadata,
    precondition: ({ state, version }) => {
      requireVersion(target, state, version);
    },
  });
};

/** What is not there has no version. @throws PresetNotFound, PresetConflict, PreconditionFailed */
const requireVersion = (target: PresetTarget, state: Preset, version: number): void => {
  targeted(target, state);
  requireMatch(target.ifMatch, version);
};

@CommandHandler(ChangePreset)
export class ChangePresetHandler implements ICommandHandler<ChangePreset> {
  constructor(private readonly presets: Presets) {}

  /** @throws PresetNotFound, PresetConflict, PresetForbidden, PreconditionFailed */
  async execute(command: ChangePreset): Promise<PresetRow> {
    const decision = await decideAbout(this.presets, command);
    const { id } = command.target;
    return rowOf(id, decision.outcome === 'decided' ? decision : await this.presets.load(id));
  }
}

@CommandHandler(DeletePreset)
export class DeletePresetHandler implements ICommandHandler<DeletePreset> {
  constructor(private readonly presets: Presets) {}

  /** @throws PresetNotFound, PresetConflict, PreconditionFailed */
  async execute(command: DeletePreset): Promise<void> {
    await decideAbout(this.presets, command);
  }
}
