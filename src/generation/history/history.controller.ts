import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ApiListHistory } from './history-docs.dto.js';
import { cursorOf } from './history-cursor.policy.js';
import { filterOf, windowOf } from './history-filter.policy.js';
import { HistoryQuery, type HistoryPage } from './history.dto.js';
import { History } from './history.store.js';

/** The query as it was written. */
const writtenQuery = ({ originalUrl }: Request): URLSearchParams => new URLSearchParams(/\?.*/.exec(originalUrl)?.[0]);

/** The same query, at another place. */
const linkTo = (written: URLSearchParams, cursor: string): string => {
  const next = new URLSearchParams(written);
  next.delete('offset');
  next.set('cursor', cursor);
  return `</api/generate/history?${next.toString()}>; rel="next"`;
};

@ApiTags('Generate')
@Controller('api/generate/history')
export class HistoryController {
  constructor(private readonly history: History) {}

  @Get()
  @ApiListHistory()
  async listHistory(
    @Query() query: HistoryQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<HistoryPage> {
    const written = writtenQuery(request);
    const window = windowOf(query);
    const { entries, next, total } = await this.history.slice(filterOf(query, written.get('to') ?? ''), window);
    const cursor = next === null ? null : cursorOf(next);
    const relation = total.atLeast ? 'gte' : 'eq';
    response.setHeader('X-Total-Relation', relation);
    if (cursor !== null) response.setHeader('Link', linkTo(written, cursor));
    return {
      total: total.runs,
      total_relation: relation,
      limit: window.limit,
      offset: query.offset ?? 0,
      next_cursor: cursor,
      results: entries,
    };
  }
}
