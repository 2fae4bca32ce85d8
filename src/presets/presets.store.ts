import { Injectable } from '@nestjs/common';
import { v5 as uuidv5 } from 'uuid';
import {
  DecisionHandler,
  type DecideOptions,
  type Decision,
  type Known,
  type StreamKind,
} from '../eventsourcing/decision-handler.js';
import { EventStore, type InlineRows } from '../eventsourcing/event-store.js';
import { inlineReadModel } from '../eventsourcing/inline-rows.js';
import type { PresetCommand } from './presets.commands.js';
import { presetDecider, type Preset } from './presets.decider.js';
import { PRESET_STREAM, type PresetEvent } from './presets.events.js';

/** The namespace of the streams of presets, drawn once. */
const NAMESPACE = '6f1d2b0e-93c4-4a57-8f0a-2d7c1e5b9a64';

/** The stream of an id (RFC 9562 §5.5): whoever takes the id writes to the same one, so that only the first can. */
const streamOf = (id: string): string => uuidv5(id, NAMESPACE);

/** The row of migrations/0017, whole each time; that of a deleted preset stays, and nobody sees it. */
const inlineRows = (state: Preset): InlineRows => {
  if (state.status === 'none') return {};
  const row = {
    ...{ id: state.id, owner: state.owner, visibility: state.visibility, ...state.content },
    ...{ created_at: state.createdAt, updated_at: state.changedAt },
    deleted_at: state.status === 'deleted' ? state.deletedAt : null,
  };
  return { preset: [row] };
};

/** A preset as a kind of stream, with the row that is written along. */
export const PRESET_KIND: StreamKind<Preset, PresetCommand, PresetEvent> = {
  type: PRESET_STREAM,
  decider: presetDecider,
  inlineRows,
};

/** What `write_inline_rows` fills for presets. */
export const PRESET_ROWS = inlineReadModel('presets', PRESET_KIND, { tables: ['presets'], key: 'stream_id' });

/** The presets that callers make, as streams; the only place that decides about them. */
@Injectable()
export class Presets {
  private readonly decisions: DecisionHandler<Preset, PresetCommand, PresetEvent>;

  constructor(store: EventStore) {
    this.decisions = new DecisionHandler(store, PRESET_KIND);
  }

  load(id: string): Promise<Known<Preset>> {
    return this.decisions.load(streamOf(id));
  }

  /** @throws PresetNotFound, PresetConflict, PresetForbidden, and what DecisionHandler.decide throws */
  decide(id: string, command: PresetCommand, options: DecideOptions<Preset>): Promise<Decision<Preset>> {
    return this.decisions.decide(streamOf(id), command, options);
  }
}
