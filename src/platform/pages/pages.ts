import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** What `npm run build` makes of web/; src/ and dist/ have the same depth, so one relative path serves both. */
export const PAGES_FOLDER = fileURLToPath(new URL('../../../web/dist', import.meta.url));

const INDEX = 'index.html';

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

/** What the build has compressed beside the file itself, by the ending of that. */
const COMPRESSED: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** Express middleware: the compressed sibling of a file in its place, where there is one and the caller takes it. */
const preferCompressed =
  (folder: string) =>
  (request: Request, response: Response, next: NextFunction): void => {
    const [path, ending = ''] = /^\/[\w-]+\.(js|css)$/.exec(request.path) ?? [];
    if (path !== undefined) response.vary('Accept-Encoding');
    if (path !== undefined && request.acceptsEncodings('gzip') !== false && existsSync(join(folder, `${path}.gz`))) {
      request.url = `${path}.gz`;
      response.set({ 'Content-Encoding': 'gzip', 'Content-Type': COMPRESSED[ending] });
    }
    next();
  };

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
  const index = join(folder, INDEX);
  if (!existsSync(index)) new Logger('Pages').warn('The page for /monitoring is not built: run "npm run build".');
  const files = join(folder, 'static');
  app.use('/static/', preferCompressed(files));
  // A file's name changes with its content, so whoever has it never asks again.
  app.useStaticAssets(files, {
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
    // Named from its folder, as a folder above it may have a name with a dot, which would be taken for hidden.
    response.sendFile(INDEX, { root: folder, cacheControl: false, headers: { 'Cache-Control': 'no-cache' } });
  });
};
