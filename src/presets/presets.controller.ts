import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { PRESET_ID } from '../generation/request-fields.dto.js';
import { etagOf, notModified } from '../platform/http/etag.js';
import { IdempotencyKey, keyOf } from '../platform/http/idempotency-key.js';
import { RequestHeader } from '../platform/http/request-header.js';
import { originOf } from '../platform/http/request-origin.js';
import { cut } from '../platform/http/safe-text.js';
import type { PresetUsage } from '../statistics/statistics.dto.js';
import { GetPresetUsage } from '../statistics/statistics.queries.js';
import { PresetCheck } from './preset-check.provider.js';
import type { AppliedPreset, Preset, PresetListAnswer } from './presets-answer.dto.js';
import {
  ApiApplyPreset,
  ApiChangePreset,
  ApiCreatePreset,
  ApiDeletePreset,
  ApiGetPreset,
  ApiGetPresetUsage,
  ApiListPresets,
} from './presets-docs.dto.js';
import { appliedView, presetUrl, presetView } from './presets-view.policy.js';
import { ChangePreset, CreatePreset, DeletePreset } from './presets.commands.js';
import {
  ApplyPresetDto,
  ChangePresetDto,
  contentOf,
  CreatePresetDto,
  PresetCallerQuery,
  PresetsQuery,
  toNewPreset,
} from './presets.dto.js';
import { PresetNotFound } from './presets.errors.js';
import { GetPreset, ListPresets, type PresetRow } from './presets.queries.js';

/** Whoever does not say who they are is user 1, as with runs. */
const callerOf = ({ user_id = 1 }: PresetCallerQuery): number => user_id;

const originFor = (userId: number, id: string): ReturnType<typeof originOf> =>
  originOf(`user:${String(userId)}`, `preset:${id}`);

@ApiTags('Presets')
@Controller('api/presets')
export class PresetsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly check: PresetCheck,
  ) {}

  @Get()
  @ApiListPresets()
  async listPresets(@Query() query: PresetsQuery): Promise<PresetListAnswer> {
    const rows = await this.queries.execute(new ListPresets(query.category ?? null, callerOf(query)));
    return { total: rows.length, presets: rows.map(presetView) };
  }

  @Post()
  @HttpCode(201)
  @ApiCreatePreset()
  async createPreset(
    @Body() body: CreatePresetDto,
    @IdempotencyKey() key: string | null,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Preset> {
    this.check.refuseUnfit(body);
    const userId = body.owner ?? 1;
    const { preset, replayed } = await this.commands.execute(
      new CreatePreset(toNewPreset(body), keyOf(key, userId, 'POST /api/presets', body), originFor(userId, body.id)),
    );
    if (replayed) response.setHeader('Idempotent-Replayed', 'true');
    response.setHeader('Location', presetUrl(preset.id));
    response.setHeader('ETag', etagOf(preset.version));
    return presetView(preset);
  }

  @Post('apply/:id')
  @HttpCode(200)
  @ApiApplyPreset()
  async applyPreset(
    @Param('id') id: string,
    @Query() query: PresetCallerQuery,
    @Body() { user_prompt }: ApplyPresetDto,
  ): Promise<AppliedPreset> {
    return appliedView(await this.row(id, query), user_prompt);
  }

  @Get(':id')
  @ApiGetPreset()
  async getPreset(
    @Param('id') id: string,
    @Query() query: PresetCallerQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Preset | undefined> {
    const row = await this.row(id, query);
    return notModified(request, response, row.version) ? undefined : presetView(row);
  }

  @Get(':id/usage')
  @ApiGetPresetUsage()
  async getPresetUsage(@Param('id') id: string, @Query() query: PresetCallerQuery): Promise<PresetUsage> {
    const preset = await this.row(id, query);
    return this.queries.execute(new GetPresetUsage(preset.id));
  }

  @Put(':id')
  @ApiChangePreset()
  async changePreset(
    @Param('id') id: string,
    @Query() query: PresetCallerQuery,
    @Body() body: ChangePresetDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Preset> {
    this.check.refuseUnfit(body);
    const userId = callerOf(query);
    const target = { id: known(id), userId, ifMatch: response.req.get('if-match') };
    const preset = await this.commands.execute(
      new ChangePreset(target, contentOf(body), body.visibility ?? null, originFor(userId, id)),
    );
    response.setHeader('ETag', etagOf(preset.version));
    return presetView(preset);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiDeletePreset()
  async deletePreset(
    @Param('id') id: string,
    @Query() query: PresetCallerQuery,
    @RequestHeader('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    const userId = callerOf(query);
    await this.commands.execute(new DeletePreset({ id: known(id), userId, ifMatch }, originFor(userId, id)));
  }

  private row(id: string, query: PresetCallerQuery): Promise<PresetRow> {
    return this.queries.execute(new GetPreset(known(id), callerOf(query)));
  }
}

/** An id that a preset can have. @throws PresetNotFound */
const known = (id: string): string => {
  if (!PRESET_ID.test(id)) throw new PresetNotFound(cut(id));
  return id;
};
