import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { MalformedRequest, PayloadTooLarge, UnsupportedMediaType } from './http.errors.js';
import { cut } from './safe-text.js';

/** Bytes of the largest JSON body of a route that asks for no more. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** A refused body up to this size is still read to its end, because a client that is cut off while it writes may never see the answer. */
const MAX_DRAINED_BYTES = 16 * MAX_BODY_BYTES;

const JSON_CONTENT = /^application\/json\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)"?/i;

/** Routes whose bodies may be larger: bytes by path, in lower case and without a slash at the end. */
export type LargeBodies = ReadonlyMap<string, number>;

/** Routes are found whatever their case and with or without the last slash. */
const limitOf = ({ path }: Request, largeBodies: LargeBodies): number =>
  largeBodies.get(path.toLowerCase().replace(/\/$/, '')) ?? MAX_BODY_BYTES;

const announcesBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

const refuseForeignBody =
  (largeBodies: LargeBodies) =>
  (request: Request, response: Response, next: NextFunction): void => {
    if (!announcesBody(request)) {
      next();
      return;
    }
    const length = Number(request.headers['content-length'] ?? 0);
    if (length > MAX_DRAINED_BYTES) {
      response.setHeader('Connection', 'close');
      throw new PayloadTooLarge(`The body has more than ${String(limitOf(request, largeBodies))} bytes`);
    }
    const contentType = request.headers['content-type'] ?? '';
    if (!JSON_CONTENT.test(contentType)) {
      throw new UnsupportedMediaType(
        `The body has to be application/json, not ${contentType === '' ? 'of an unnamed type' : cut(contentType)}`,
      );
    }
    const charset = CHARSET.exec(contentType)?.[1] ?? 'utf-8';
    if (!/^(utf-?8|us-ascii)$/i.test(charset))
      throw new UnsupportedMediaType(`The body has to be in UTF-8, not ${cut(charset)}`);
    next();
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
export const readJsonBodies = (app: NestExpressApplication, largeBodies: LargeBodies): void => {
  app.use(refuseForeignBody(largeBodies));
  for (const limit of new Set([MAX_BODY_BYTES, ...largeBodies.values()])) {
    const type = (request: object): boolean => limitOf(request as Request, largeBodies) === limit;
    app.useBodyParser('raw', { type, limit, inflate: false });
  }
  app.use(parseBody);
};
