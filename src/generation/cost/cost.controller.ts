import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ModelCatalogue } from '../../providers/model-catalogue.port.js';
import { anyRequestOf } from '../jobs/any-job.dto.js';
import { EstimateCost } from '../status/generation.queries.js';
import { ApiEstimateCost } from './cost-docs.dto.js';
import { EstimateDto, type EstimateAnswer } from './estimate.dto.js';
import { estimateView } from './estimate-view.policy.js';

@ApiTags('Cost')
@Controller('api/cost')
export class CostController {
  constructor(
    private readonly queries: QueryBus,
    private readonly models: ModelCatalogue,
  ) {}

  @Post('estimate')
  @HttpCode(200)
  @ApiEstimateCost()
  async estimate(@Body() body: EstimateDto): Promise<EstimateAnswer> {
    return estimateView(await this.queries.execute(new EstimateCost(anyRequestOf(body, this.models))));
  }
}
