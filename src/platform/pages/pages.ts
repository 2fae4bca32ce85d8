import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** What `npm run build` makes of web/; src/ and dist/ have the same depth, so one relative path serves both. */
export const PAGES_FOLDER = fileURLToPath(new URL('../../../web/dist', import.meta.url));

/** Addresses that a person opens; which page it is, the page decides. Express takes a trailing slash too. */
const PAGES = ['/monitoring'];

/** Nothing inline and nothing from elsewhere: stricter than what Swagger UI needs. */
const PAGE_POLICY = [
  "default-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const NOT_BUILT = 'The page is not built. Run "npm run build" and reload; the API works without it.\n';

const RETRY_AFTER_SECONDS = 30;

const answerNotBuilt = (response: Response): void => {
  response
    .status(503)
    .type('text/plain')
    .set({ 'Cache-Control': 'no-store', 'Retry-After': String(RETRY_AFTER_SECONDS) })
    .send(NOT_BUILT);
};

/**
 * Serves the pages for people, and their files under /static, in front of the routes of the API. Expects `configureHttp` before it, for
 * the headers and for who may call.
 * @param folder what `npm run build` made; while it is missing a page answers 503, and everything else works
 */
export const servePages = (app: NestExpressApplication, folder = PAGES_FOLDER): void => {
  const index = join(folder, 'index.html');
  if (!existsSync(index)) new Logger('Pages').warn('The page for /monitoring is not built: run "npm run build".');
  // A file's name changes with its content, so whoever has it never asks again.
  app.useStaticAssets(join(folder, 'static'), {
    prefix: '/static/',
    index: false,
    redirect: false,
    immutable: true,
    maxAge: '1y',
  });
  app.use(PAGES, (request: Request, response: Response, next: NextFunction) => {
    const isPage = request.path === '/' && (request.method === 'GET' || request.method === 'HEAD');
    if (!isPage) {
      next();
      return;
    }
    response.set('Content-Security-Policy', PAGE_POLICY);
    if (!existsSync(index)) {
      answerNotBuilt(response);
      return;
    }
    response.sendFile(index, { cacheControl: false, headers: { 'Cache-Control': 'no-cache' } });
  });
};
