import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { AnyJobReader } from '../jobs/any-job.provider.js';
import { EstimateCost } from '../status/generation.queries.js';
import { ApiEstimateCost } from './cost-docs.dto.js';
import { EstimateDto, type EstimateAnswer } from './estimate.dto.js';
import { estimateView } from './estimate-view.policy.js';

@ApiTags('Cost')
@Controller('api/cost')
export class CostController {
  constructor(
    private readonly queries: QueryBus,
    private readonly jobs: AnyJobReader,
  ) {}

  @Post('estimate')
  @HttpCode(200)
  @ApiEstimateCost()
  async estimate(@Body() body: EstimateDto): Promise<EstimateAnswer> {
    return estimateView(await this.queries.execute(new EstimateCost(await this.jobs.read(body))));
  }
}
