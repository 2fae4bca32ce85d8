import { Controller, Get, Header, Headers, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiProbeProblems } from '../../platform/http/openapi-decorators.js';
import { TakesAnyInput } from '../../platform/http/undeclared-input.guard.js';
import { Scrape } from './scrape.provider.js';

const TEXT_EXAMPLE = [
  '# HELP darkroom_jobs_created_total Runs that were accepted.',
  '# TYPE darkroom_jobs_created_total counter',
  'darkroom_jobs_created_total{type="image",provider="builtin",model="studio",mode="ai"} 42',
  '',
].join('\n');

@ApiTags('Operations')
@TakesAnyInput()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly scrape: Scrape) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Scrape the metrics of this process',
    description:
      'For Prometheus: OpenMetrics with exemplars where it is asked for by `Accept: application/openmetrics-text`, else Prometheus text. Each process ' +
      'tells of itself; docs/metrics.md lists every metric and how those of several processes add up.',
  })
  @ApiResponse({
    status: 200,
    description: 'The metrics.',
    content: {
      'text/plain': {
        schema: { type: 'string' },
        examples: { text: { summary: 'Prometheus text', value: TEXT_EXAMPLE } },
      },
      'application/openmetrics-text': {
        schema: { type: 'string' },
        examples: { openmetrics: { summary: 'OpenMetrics', value: `${TEXT_EXAMPLE}# EOF\n` } },
      },
    },
  })
  @ApiProbeProblems()
  async scrapeMetrics(@Headers('accept') accept: string | undefined, @Res() response: Response): Promise<void> {
    const { contentType, body } = await this.scrape.answer(accept, 1);
    // Express would put a charset of its own behind the one of OpenMetrics.
    response.status(200).setHeader('Content-Type', contentType).setHeader('Vary', 'Accept').end(body);
  }
}
