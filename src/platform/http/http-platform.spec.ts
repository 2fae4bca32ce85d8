import 'reflect-metadata';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Body, ConflictException, Controller, Get, HttpCode, Module, Param, Post, Query, Res } from '@nestjs/common';
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
import type { Response } from 'express';
import { configureHttp } from './configure-http.js';
import { HttpPlatformModule } from './http.module.js';
import { parseResourceId } from './ids.js';
import { requestContext } from './request-context.js';

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
    return { ...body, context: requestContext() };
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

let app: NestExpressApplication;
let base: string;
let port: number;

beforeAll(async () => {
  app = await NestFactory.create<NestExpressApplication>(TestModule, { bodyParser: false, logger: false });
  configureHttp(app);
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as AddressInfo).port;
  base = `http://127.0.0.1:${String(port)}`;
});

afterAll(() => app.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

const call = async (path: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(`${base}${path}`, init);
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: json ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
};

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** Sends bytes as they are and reads until the server closes. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let received = '';
    socket.setTimeout(5000, () => socket.destroy(new Error(`no answer, received: ${received}`)));
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('close', () => {
      resolve(received);
    });
    socket.on('error', reject);
  });

const PROBLEM = { accept: 'application/problem+json' };

describe('errors', () => {
  it('answers JSON by default, with the members and headers of the contract', async () => {
    const answer = await post('/things', { prompt: 'a fox', camera_angle: 'oblique' });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual({
      detail: [{ loc: ['body', 'camera_angle'], msg: 'Invalid camera_angle: oblique', type: 'value_error' }],
      type: '/docs/problems/validation_error',
      title: 'Request is not valid',
      status: 422,
      code: 'validation_error',
      retryable: false,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/) as string,
    });
    expect(Object.keys(answer.body)[0]).toBe('detail');
    expect(answer.headers.get('vary')).toContain('Accept');
    expect(answer.headers.get('x-error-code')).toBe('validation_error');
    expect(answer.headers.get('x-error-retryable')).toBe('false');
  });

  it('answers strict RFC 9457 when only that is accepted', async () => {
    const answer = await post('/things', { prompt: 'a fox', camera_angle: 'oblique', 'a/b~c d': 1 }, PROBLEM);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body['detail']).toBe('2 fields are not valid');
    expect(answer.body['errors']).toEqual([
      { detail: 'Unknown field: a/b~c d', pointer: '#/a~1b~0c%20d', in: 'body' },
      { detail: 'Invalid camera_angle: oblique', pointer: '#/camera_angle', in: 'body' },
    ]);
  });

  it.each([
    '*/*',
    'application/json',
    'application/json, application/problem+json',
    'text/event-stream',
    'image/png',
    'text/html,*/*;q=0.8',
  ])('answers JSON for Accept: %s', async (accept) => {
    const answer = await call('/nope', { headers: { accept } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body['detail']).toBe('Cannot GET /nope');
  });

  it('spreads the details of a capability error, but lets nothing override the members of the contract', async () => {
    for (const headers of [{}, PROBLEM]) {
      const { status, body, headers: answered } = await call('/things/throw/failed', { headers });
      expect(status).toBe(500);
      expect(body).toMatchObject({
        detail: 'Work failed: the vendor said no',
        code: 'work_failed',
        id: 7,
        category: 'timeout',
        retryable: true,
        status: 500,
      });
      expect(answered.get('x-error-retryable')).toBe('true');
    }
  });

  it.each([
    ['conflict', 409, 'conflict'],
    ['refused', 503, 'unavailable'],
    ['terminated', 503, 'unavailable'],
    ['wrapped', 503, 'unavailable'],
    ['unique', 500, 'internal_error'],
    ['secret', 500, 'internal_error'],
    ['limited', 429, 'rate_limited'],
  ])('answers the thrown error "%s" with %i %s and no word of the inside', async (what, status, code) => {
    const answer = await call(`/things/throw/${what}`);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.text).not.toMatch(/secret|passwd|query failed|node_modules|\.ts:|\.js:/);
  });

  it('says when to come back on 429 and 503', async () => {
    expect((await call('/things/throw/limited')).headers.get('retry-after')).toBe('3');
    expect((await call('/things/throw/refused')).headers.get('retry-after')).toBe('5');
  });

  it('cuts a stream that breaks, so that it does not look complete', async () => {
    await expect(call('/things/broken-stream')).rejects.toThrow();
    expect((await call('/things')).status).toBe(200);
  });

  it('explains every code on the page that its type names', async () => {
    const { body } = await call('/things/throw/failed');
    const explained = await call(body['type'] as string);
    expect(explained.status).toBe(200);
    expect(explained.headers.get('content-type')).toMatch(/^text\/html/);
    expect(explained.text).toContain('Work failed: timeout');
    const list = await call('/docs/problems/');
    expect(list.text).toContain('href="/docs/problems/validation_error"');
    expect((await call('/docs/problems/constructor')).status).toBe(404);
    expect((await call('/docs/problems/%3Cscript%3E')).body['detail']).toBe('There is no problem code <script>');
  });
});
