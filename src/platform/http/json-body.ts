import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { MalformedRequest, PayloadTooLarge, UnsupportedMediaType } from './http.errors.js';
import { cut } from './safe-text.js';
import { isStreamed, type StreamedRoute } from './streamed-body.js';

/** Bytes of the largest JSON body of a route that asks for no more. */
export const MAX_BODY_BYTES = 1024 * 1024;

const JSON_CONTENT = /^application\/json\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)"?/i;

/** Routes whose bodies may be larger: bytes by path, in lower case and without a slash at the end. */
export type LargeBodies = ReadonlyMap<string, number>;

/** What holds for the bodies of some routes alone. */
export interface BodyRules {
  readonly largeBodies: LargeBodies;
  /** Routes whose bodies are no JSON and are read by their controllers. */
  readonly streamed: readonly StreamedRoute[];
}

/** Routes are found whatever their case and with or without the last slash. */
const limitOf = ({ path }: Request, largeBodies: LargeBodies): number =>
  largeBodies.get(path.toLowerCase().replace(/\/$/, '')) ?? MAX_BODY_BYTES;

const announcesBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/** How long a body of at most a megabyte may take to arrive, in milliseconds. */
const ARRIVAL_MS = 60_000;

/** Tells the server what Node would tell it of a request that takes longer than `requestTimeout`. */
const boundArrival = (app: NestExpressApplication, request: Request): void => {
  const timer = setTimeout(() => {
    const late = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    app.getHttpServer().emit('clientError', late, request.socket);
  }, ARRIVAL_MS);
  for (const end of ['end', 'close'])
    request.once(end, () => {
      clearTimeout(timer);
    });
};

const refuseForeignBody = (request: Request, limit: number): void => {
  const contentType = request.headers['content-type'] ?? '';
  if (!JSON_CONTENT.test(contentType)) {
    throw new UnsupportedMediaType(
      `The body has to be application/json, not ${contentType === '' ? 'of an unnamed type' : cut(contentType)}`,
    );
  }
  const charset = CHARSET.exec(contentType)?.[1] ?? 'utf-8';
  if (!/^(utf-?8|us-ascii)$/i.test(charset))
    throw new UnsupportedMediaType(`The body has to be in UTF-8, not ${cut(charset)}`);
  // The parser would read all of it before it says so.
  if (Number(request.headers['content-length'] ?? 0) > limit)
    throw new PayloadTooLarge(`The body has more than ${String(limit)} bytes`);
};

const parse = (bytes: Buffer): unknown => {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new MalformedRequest('The body is not valid UTF-8', { cause });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new MalformedRequest(`The body is not valid JSON: ${cut((cause as Error).message)}`, { cause });
  }
};

const parseBody = (request: Request, _response: Response, next: NextFunction): void => {
  const bytes: unknown = request.body;
  request.body = Buffer.isBuffer(bytes) && bytes.length > 0 ? parse(bytes) : undefined;
  next();
};

/**
 * Reads JSON bodies. Not with Express' own JSON parser, because that turns an empty body into an object and bytes that are
 * not UTF-8 into replacement characters. Of duplicate names the last wins, as ECMA-262 has it. Compressed bodies are refused,
 * so that a small one cannot unfold into gigabytes.
 */
export const readJsonBodies = (app: NestExpressApplication, { streamed, largeBodies }: BodyRules): void => {
  app.use((request: Request, _response: Response, next: NextFunction) => {
    if (announcesBody(request) && !isStreamed(request, streamed)) {
      refuseForeignBody(request, limitOf(request, largeBodies));
      boundArrival(app, request);
    }
    next();
  });
  for (const limit of new Set([MAX_BODY_BYTES, ...largeBodies.values()]))
    app.useBodyParser('raw', {
      type: (request) =>
        !isStreamed(request as Request, streamed) && limitOf(request as Request, largeBodies) === limit,
      limit,
      inflate: false,
    });
  app.use(parseBody);
};
