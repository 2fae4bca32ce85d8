import { Injectable } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { PresetSource, type UsablePreset } from '../generation/preset/preset-source.port.js';
import { BUILT_IN_PRESETS, builtInPreset, type BuiltInPreset } from './built-in-presets.data.js';
import { PresetNotFound } from './presets.errors.js';
import type { PresetCategory } from './presets.events.js';
import { GetPreset, ListPresets, type PresetRow } from './presets.queries.js';

/** The columns that the driver does not give as the row's types say. */
interface DriverRow extends Omit<PresetRow, 'created_at' | 'updated_at' | 'built_in'> {
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS = `id, version, name, category, description, prompt_template, negative_prompt, parameters, owner, visibility, created_at, updated_at`;
const MAY_SEE = (user: string): string => `deleted_at is null and (visibility = 'shared' or owner = ${user})`;
const BY_ID = { name: 'preset_by_id', text: `select ${COLUMNS} from presets where id = $1 and ${MAY_SEE('$2')}` };
const ALL = {
  name: 'presets_of_category',
  text: `select ${COLUMNS} from presets where ($1::text is null or category = $1) and ${MAY_SEE('$2')} order by id collate "C"`,
};

const toRow = (row: DriverRow): PresetRow => ({
  ...row,
  built_in: false,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});

const builtInRow = (preset: BuiltInPreset): PresetRow => ({
  ...preset,
  ...{ built_in: true, owner: null, visibility: 'shared', created_at: null, updated_at: null },
});

/** The presets that there are: those of the program, and the rows. */
@Injectable()
export class PresetRows {
  constructor(private readonly pool: Pool) {}

  /** @returns null also for another user's private preset */
  async find(id: string, userId: number): Promise<PresetRow | null> {
    const builtIn = builtInPreset(id);
    if (builtIn) return builtInRow(builtIn);
    const { rows } = await this.pool.query<DriverRow>({ ...BY_ID, values: [id, userId] });
    return rows[0] ? toRow(rows[0]) : null;
  }

  async list(category: PresetCategory | null, userId: number): Promise<readonly PresetRow[]> {
    const { rows } = await this.pool.query<DriverRow>({ ...ALL, values: [category, userId] });
    const builtIn = BUILT_IN_PRESETS.filter((preset) => category === null || preset.category === category);
    return [...builtIn.map(builtInRow), ...rows.map(toRow)];
  }
}

@QueryHandler(GetPreset)
export class GetPresetHandler implements IQueryHandler<GetPreset> {
  constructor(private readonly presets: PresetRows) {}

  /** @throws PresetNotFound */
  async execute({ id, userId }: GetPreset): Promise<PresetRow> {
    const row = await this.presets.find(id, userId);
    if (!row) throw new PresetNotFound(id);
    return row;
  }
}

@QueryHandler(ListPresets)
export class ListPresetsHandler implements IQueryHandler<ListPresets> {
  constructor(private readonly presets: PresetRows) {}

  execute({ category, userId }: ListPresets): Promise<readonly PresetRow[]> {
    return this.presets.list(category, userId);
  }
}

/** Answers runs from the rows. */
@Injectable()
export class StoredPresets extends PresetSource {
  constructor(private readonly presets: PresetRows) {
    super();
  }

  async find(id: string, userId: number): Promise<UsablePreset | null> {
    const row = await this.presets.find(id, userId);
    return (
      row && {
        ...{ id, version: row.version, type: row.category },
        ...{ promptTemplate: row.prompt_template, negativePrompt: row.negative_prompt, parameters: row.parameters },
      }
    );
  }
}
