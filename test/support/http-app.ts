import 'reflect-metadata';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import {
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  Logger,
  Module,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDate,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Request, Response } from 'express';
import { configureHttp } from '../../src/platform/http/configure-http.js';
import { notModified } from '../../src/platform/http/etag.js';
import { HttpPlatformModule } from '../../src/platform/http/http.module.js';
import { IdempotencyKey } from '../../src/platform/http/idempotency-key.js';
import { parseResourceId } from '../../src/platform/http/ids.js';
import { Prefer, type Preference, setPreferenceApplied } from '../../src/platform/http/prefer.js';
import { requestContext } from '../../src/platform/http/request-context.js';
import { RequestMeter } from '../../src/platform/http/request-meter.js';
import { chunksOf } from '../../src/platform/http/streamed-body.js';

class DrawBody {
  @IsString()
  @Length(3, 2000)
  prompt!: string;

  @IsOptional()
  @IsIn(['eye-level', 'low-angle'])
  camera_angle?: 'eye-level' | 'low-angle';

  @IsOptional()
  @IsInt()
  @Min(256)
  @Max(2048)
  width = 1024;

  @IsOptional()
  @IsNumber()
  @Min(1)
  @Max(30)
  scale?: number;

  @IsOptional()
  @IsBoolean()
  fresh?: boolean;
}

class ManyBody {
  @IsArray()
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  @Type(() => DrawBody)
  requests!: DrawBody[];
}

class ListQuery {
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;

  @IsOptional()
  @IsBoolean()
  deep?: boolean;

  @IsOptional()
  @IsDate()
  from?: Date;

  @IsOptional()
  @IsString()
  q?: string;
}

class WorkFailed extends Error {
  readonly code = 'work_failed';
  readonly details = { id: 7, category: 'timeout', retryable: true, status: 'ignored' };
  readonly retryable = true;
}

class DatabaseError extends Error {
  constructor(readonly code: string) {
    super('password authentication failed for postgres://user:secret@db');
  }
}

const thrown: Readonly<Record<string, () => Error>> = {
  conflict: () => new ConflictException('It has already ended'),
  failed: () => new WorkFailed('Work failed: the vendor said no'),
  refused: () => new DatabaseError('ECONNREFUSED'),
  terminated: () => new Error('Connection terminated unexpectedly'),
  wrapped: () => new Error('query failed', { cause: new DatabaseError('57P01') }),
  unique: () => new DatabaseError('23505'),
  secret: () => new TypeError('secret /etc/passwd is not a function'),
  limited: () => Object.assign(new Error('Rate limit exceeded'), { code: 'rate_limited', retryAfterSeconds: 2.2 }),
};

@Controller('things')
class ThingsController {
  @Post()
  @HttpCode(200)
  draw(@Body() body: DrawBody): unknown {
    return { body, context: requestContext() };
  }

  @Post('many')
  many(@Body() body: ManyBody): unknown {
    return body;
  }

  @Get()
  list(@Query() query: ListQuery): unknown {
    return query;
  }

  @Get('throw/:what')
  fail(@Param('what') what: string): never {
    throw thrown[what]?.() ?? new Error('no such case');
  }

  @Get('broken-stream')
  broken(@Res() response: Response): void {
    response.write('first');
    throw new Error('half way');
  }

  @Get('unanswered')
  leave(@Res() _response: Response): void {
    // Whoever asks for the response answers, here nobody.
  }

  @Get('versioned')
  versioned(@Req() request: Request, @Res({ passthrough: true }) response: Response): unknown {
    return notModified(request, response, 3) ? undefined : { version: 3 };
  }

  @Post('async')
  @HttpCode(202)
  start(
    @IdempotencyKey() key: string | null,
    @Prefer() prefer: Preference,
    @Res({ passthrough: true }) response: Response,
  ): unknown {
    setPreferenceApplied(response, prefer);
    return { key, prefer };
  }

  @Put('streamed')
  async receive(@Req() request: Request): Promise<unknown> {
    let bytes = 0;
    for await (const chunk of chunksOf(request)) bytes += chunk.length;
    return { bytes };
  }

  @Get('by-id/:id')
  byId(@Param('id') id: string): unknown {
    return parseResourceId(id);
  }
}

const WORK_FAILED = {
  status: 500,
  title: 'Work failed',
  retryable: false,
  meaning: 'The work failed.',
  remedy: 'Try again.',
  example: 'Work failed: timeout',
};

@Module({ imports: [HttpPlatformModule.with({ work_failed: WORK_FAILED })], controllers: [ThingsController] })
class TestModule {}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body, or an empty object when the answer is not JSON. */
  readonly body: Record<string, unknown>;
}

/** A small application on a free port with the platform's whole HTTP configuration, and a client that speaks to it. */
export class HttpApp {
  private constructor(
    private readonly app: NestExpressApplication,
    readonly port: number,
  ) {}

  static async start(): Promise<HttpApp> {
    Logger.overrideLogger(false);
    const app = await NestFactory.create<NestExpressApplication>(TestModule);
    configureHttp(app, { streamed: [{ method: 'PUT', path: /^\/things\/streamed$/ }] });
    await app.listen(0, '127.0.0.1');
    return new HttpApp(app, (app.getHttpServer().address() as AddressInfo).port);
  }

  get meter(): RequestMeter {
    return this.app.get(RequestMeter);
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  async call(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${String(this.port)}${path}`, init);
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: json ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  }

  /** Posts JSON; a string goes out as it is. */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Sends bytes as they are, each further part after the first answer to the one before, and reads until the server closes. */
  raw(bytes: string | readonly string[]): Promise<string> {
    const parts = typeof bytes === 'string' ? [bytes] : [...bytes];
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(parts.shift() ?? ''));
      let received = '';
      socket.setTimeout(5000, () => socket.destroy(new Error(`no answer, received: ${received}`)));
      socket.on('data', (chunk) => {
        received += chunk.toString();
        const next = parts.shift();
        if (next !== undefined) socket.write(next);
      });
      socket.on('close', () => {
        resolve(received);
      });
      socket.on('error', reject);
    });
  }

  /** Sends bytes and resets the connection as soon as they are on their way. */
  hangUp(bytes: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes, () => socket.resetAndDestroy()));
      socket.on('close', () => {
        resolve();
      });
      socket.on('error', reject);
    });
  }
}

/** Accepts the strict shape only. */
export const PROBLEM = { accept: 'application/problem+json' };

/** Place and type of every listed field, sorted by place. */
export const issuesOf = ({ body }: Answer): [string, string][] =>
  (body['detail'] as { loc: unknown[]; type: string }[])
    .map(({ loc, type }): [string, string] => [loc.join('.'), type])
    .sort(([left], [right]) => (left < right ? -1 : 1));
