import 'reflect-metadata';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query, Req, Res, Sse } from '@nestjs/common';
import {
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import type { Request, Response } from 'express';
import { type Observable, of } from 'rxjs';
import { notModified } from '../../src/platform/http/etag.js';
import { HttpPlatformModule } from '../../src/platform/http/http.module.js';
import { IdempotencyKey } from '../../src/platform/http/idempotency-key.js';
import {
  ApiConditional,
  ApiIdempotencyKey,
  ApiIfMatch,
  ApiPrefer,
  ApiProblems,
  BODY_PROBLEMS,
} from '../../src/platform/http/openapi-decorators.js';
import { responseHeaders } from '../../src/platform/http/openapi-schemas.js';
import { Prefer, type Preference, setPreferenceApplied } from '../../src/platform/http/prefer.js';
import type { ProblemKind } from '../../src/platform/http/problem-codes.js';
import { RequestHeader } from '../../src/platform/http/request-header.js';

const SOLD_OUT: ProblemKind = {
  status: 500,
  title: 'Sold out',
  retryable: false,
  meaning: 'Nothing is left.',
  remedy: 'Come back tomorrow.',
  example: 'Order failed: sold out',
};

class OrderBody {
  @ApiProperty({ description: 'What is ordered.' })
  @IsString()
  item!: string;

  @ApiPropertyOptional({ description: 'How many.', type: 'integer', default: 1, minimum: 1, maximum: 9 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(9)
  count = 1;

  @ApiPropertyOptional({ description: 'How large.', enum: ['small', 'large'] })
  @IsOptional()
  @IsIn(['small', 'large'])
  size?: 'small' | 'large';
}

class OrdersQuery {
  @ApiPropertyOptional({ description: 'Most entries of the page.', type: 'integer', default: 50 })
  @IsOptional()
  @IsInt()
  limit = 50;
}

class Order {
  @ApiProperty({ description: 'Number of the order.' })
  id!: number;

  @ApiProperty({ description: 'When it was sent.', type: String, nullable: true })
  sent_at!: string | null;
}

const ORDER = { id: 7, sent_at: null };
const ApiOrderId = (): MethodDecorator =>
  ApiParam({ name: 'id', description: 'Number of the order.', schema: { type: 'integer' } });

@ApiTags('orders')
@Controller('api/generate')
class OrdersController {
  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Place an order', description: 'Waits until it is packed.' })
  @ApiBody({ type: OrderBody, examples: { plain: { summary: 'Two cups', value: { item: 'cup', count: 2 } } } })
  @ApiResponse({ status: 200, description: 'Packed', type: Order, headers: responseHeaders('Idempotent-Replayed') })
  @ApiResponse({
    status: 202,
    description: 'Accepted',
    type: Order,
    headers: responseHeaders('Location', 'Preference-Applied'),
  })
  @ApiProblems(...BODY_PROBLEMS, { code: 'sold_out', kind: SOLD_OUT, details: { id: 7, retryable: true } })
  @ApiIdempotencyKey()
  @ApiPrefer()
  placeOrder(
    @Body() body: OrderBody,
    @IdempotencyKey() key: string | null,
    @Prefer() prefer: Preference,
    @Res({ passthrough: true }) response: Response,
  ): unknown {
    setPreferenceApplied(response, prefer);
    return { ...ORDER, key, count: body.count };
  }

  @Get()
  @ApiOperation({ summary: 'List orders', description: 'Newest first.' })
  @ApiResponse({ status: 200, description: 'A page', type: [Order] })
  @ApiProblems(422)
  listOrders(@Query() query: OrdersQuery): unknown {
    return [ORDER].slice(0, query.limit);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read an order', description: 'With its version as ETag.' })
  @ApiOrderId()
  @ApiResponse({ status: 200, description: 'The order', type: Order, headers: responseHeaders('ETag') })
  @ApiConditional()
  @ApiProblems(400, 404)
  getOrder(@Req() request: Request, @Res({ passthrough: true }) response: Response): unknown {
    return notModified(request, response, 1) ? undefined : ORDER;
  }

  @Post(':id/cancel')
  @ApiOperation({ summary: 'Cancel an order', description: 'Unless it was sent.' })
  @ApiOrderId()
  @ApiIfMatch()
  @ApiResponse({ status: 201, description: 'Cancelled', type: Order })
  @ApiProblems(400, 404, 409, 412)
  cancelOrder(@Param('id') id: string, @RequestHeader('if-match') ifMatch: string | undefined): unknown {
    return { ...ORDER, id, ifMatch };
  }

  @Sse(':id/stream')
  @ApiOperation({ summary: 'Follow an order', description: 'Server-sent events.' })
  @ApiOrderId()
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'Resume after this event.',
    schema: { type: 'string' },
  })
  @ApiResponse({
    status: 200,
    description: 'The stream',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiProblems(404)
  followOrder(): Observable<{ data: object }> {
    return of({ data: ORDER });
  }
}

/** A small API that uses every decorator of the platform, to check the OpenAPI document that they make. */
@Module({ imports: [HttpPlatformModule.with({ sold_out: SOLD_OUT })], controllers: [OrdersController] })
export class OrdersModule {}
