import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { LogLevels } from '../platform/logging/log-levels.js';
import { ApiGetLogLevel, ApiPutLogLevel } from './log-level-docs.dto.js';
import { LogLevelChangeDto, toChange, type LogLevelChanged, type LogLevelState } from './log-level.dto.js';
import { LogLevelBroadcast } from './log-level.signal.js';

const stateOf = ({ configured, overrides }: LogLevels): Pick<LogLevelState, keyof LogLevelState> => ({
  configured,
  overrides: overrides.map(({ level, context, expiresAt }) => ({
    level,
    context,
    expires_at: expiresAt.toISOString(),
  })),
});

@ApiTags('Operations')
@Controller('api/admin/log-level')
export class LogLevelController {
  constructor(
    private readonly levels: LogLevels,
    private readonly broadcast: LogLevelBroadcast,
  ) {}

  @Get()
  @ApiGetLogLevel()
  getLogLevel(): LogLevelState {
    return stateOf(this.levels);
  }

  @Put()
  @ApiPutLogLevel()
  async changeLogLevel(@Body() body: LogLevelChangeDto): Promise<LogLevelChanged> {
    const told_others = await this.broadcast.change(toChange(body));
    return { ...stateOf(this.levels), told_others };
  }
}
