import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems, BODY_PROBLEMS } from '../../platform/http/openapi-decorators.js';
import { AnyJobReader } from '../jobs/any-job.provider.js';
import { LOOKUP_HIT, LOOKUP_MISS } from '../generation-examples.data.js';
import { LookUpResult } from '../status/generation.queries.js';
import { artifactView } from '../status/generation-view.policy.js';
import { CacheLookupAnswer, CacheLookupDto } from './cache-lookup.dto.js';

@ApiTags('Cache')
@Controller('api/cache')
export class CacheLookupController {
  constructor(
    private readonly queries: QueryBus,
    private readonly jobs: AnyJobReader,
  ) {}

  @Post('lookup')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Look a result up',
    description:
      'Whether a request would be answered from the cache, and with what; nothing is made and nothing is recorded. A request with a `seed` ' +
      'has the result of that seed; one without takes any.',
  })
  @ApiBody({
    type: CacheLookupDto,
    examples: { prompt: { summary: 'A prompt', value: { prompt: 'a lighthouse above a stormy sea at dusk' } } },
  })
  @ApiResponse({
    status: 200,
    description: 'The hash of the request, and the result if there is one.',
    type: CacheLookupAnswer,
    examples: {
      hit: { summary: 'It is there', value: LOOKUP_HIT },
      miss: { summary: 'It is not', value: LOOKUP_MISS },
    },
  })
  @ApiProblems(...BODY_PROBLEMS)
  async lookUp(@Body() body: CacheLookupDto): Promise<CacheLookupAnswer> {
    const { promptHash, result } = await this.queries.execute(new LookUpResult(await this.jobs.read(body)));
    return {
      hit: result !== null,
      prompt_hash: promptHash,
      run_id: result?.runId ?? null,
      artifacts: result?.artifacts.map(artifactView) ?? [],
      cached_at: result?.cachedAt ?? null,
      expires_at: result?.expiresAt ?? null,
    };
  }
}
