import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Application, NextFunction, Request, Response } from 'express';

/** What `npm run build` makes of web/; src/ and dist/ have the same depth, so one relative path serves both. */
const PAGES_FOLDER = fileURLToPath(new URL('../../../web/dist', import.meta.url));

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

const NOT_BUILT = 'The page is not built. Run "npm run build" and reload; the API works without it.\n';

const RETRY_AFTER_SECONDS = 30;

/** A file of the build; its name has no separator, so it cannot lead elsewhere. */
const FILE = /^[\w-]+\.(?:js|css|svg)$/;

/** What the build has compressed beside the file itself, by the ending of that. */
const COMPRESSED: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

const answerNotBuilt = (response: Response): void => {
  response
    .status(503)
    .type('text/plain')
    .set({ 'Cache-Control': 'no-store', 'Retry-After': String(RETRY_AFTER_SECONDS) })
    .send(NOT_BUILT);
};

const pageOf =
  (folder: string) =>
  (_request: Request, response: Response): void => {
    response.set('Content-Security-Policy', PAGE_POLICY);
    if (!existsSync(join(folder, INDEX))) {
      answerNotBuilt(response);
      return;
    }
    // Named from its folder, as a folder above it may have a name with a dot, which would be taken for hidden.
    response.sendFile(INDEX, { root: folder, cacheControl: false, headers: { 'Cache-Control': 'no-cache' } });
  };

const filesOf =
  (folder: string) =>
  (request: Request, response: Response, next: NextFunction): void => {
    const name = String(request.params['file']);
    if (!FILE.test(name) || !existsSync(join(folder, name))) {
      next();
      return;
    }
    const type = COMPRESSED[name.slice(name.lastIndexOf('.') + 1)];
    if (type !== undefined) response.vary('Accept-Encoding');
    const packed = `${name}.gz`;
    const isPacked =
      type !== undefined && request.acceptsEncodings('gzip') !== false && existsSync(join(folder, packed));
    if (isPacked) response.set({ 'Content-Encoding': 'gzip', 'Content-Type': type });
    // A file's name changes with its content, so whoever has it never asks again.
    response.sendFile(isPacked ? packed : name, { root: folder, immutable: true, maxAge: '1y' });
  };

/**
 * Serves the pages for people, and their files under /static, in front of the routes of the API. Expects `configureHttp` before it, for
 * the headers and for who may call.
 * @param folder what `npm run build` made; while it is missing a page answers 503, and everything else works
 */
export const servePages = (app: NestExpressApplication, folder = PAGES_FOLDER): void => {
  if (!existsSync(join(folder, INDEX)))
    new Logger('Pages').warn('The page for /monitoring is not built: run "npm run build".');
  // Routes rather than middleware, so that whoever counts requests has a pattern to count them by.
  const routes = app.getHttpAdapter().getInstance() as Application;
  for (const path of PAGES) routes.get(path, pageOf(folder));
  routes.get('/static/:file', filesOf(join(folder, 'static')));
};
